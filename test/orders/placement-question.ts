import { choosePlacement, type PlacementQuestion } from '../../src/orders/placement.ts';
import { NOW, node, nodeRow, snapshot } from './nodes.ts';

/** 4 GB of memory and 20 GB of disk in `eu`, where one empty node is, unless told otherwise. */
export function choose(change: Partial<PlacementQuestion> = {}) {
  return choosePlacement({
    need: { memory: 4_096, disk: 20_480, region: 'eu' },
    rows: [nodeRow(1)],
    snapshot: snapshot(node(1)),
    reservations: [],
    askedNodeId: null,
    troubled: new Set(),
    paused: [],
    tried: { nodes: new Set(), ports: new Set() },
    ...change,
  });
}

/** The nodes in the order of choice, or why there is none. */
export function chosen(change: Partial<PlacementQuestion>): number[] | string {
  const placement = choose(change);
  return placement.kind === 'candidates'
    ? placement.candidates.map((candidate) => candidate.nodeId)
    : `${placement.kind}: ${placement.detail}`;
}

export const pausedNode = (nodeId: number) => ({ nodeId, pauseId: 5, untilMs: NOW, reason: 'new disks' });
export const need = (change: Partial<PlacementQuestion['need']>) => ({
  need: { memory: 4_096, disk: 20_480, region: 'eu', ...change },
});
export const one = (...change: Parameters<typeof node>) => ({ snapshot: snapshot(node(...change)) });
