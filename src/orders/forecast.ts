import { type NodeRow, type PausedNode, type Reservation, roomOn, type Snapshot } from './capacity.ts';

/** How many more servers of a plan a region takes, and what runs out first there. */
export type Stock = {
  region: string;
  planId: string;
  planName: string;
  servers: number;
  limitedBy: 'memory' | 'disk' | 'ports' | 'nodes';
};

type Sold = { id: string; name: string; memory: number; disk: number };
type Counted = { servers: number; limitedBy: Stock['limitedBy'] };

/**
 * What could still be sold: for each region and plan alone, from the same numbers that placement goes by. Nodes that placement would
 * not choose by itself (in maintenance, private, held back by staff, ports unreadable) count as nothing.
 */
export function forecast(
  plans: Sold[],
  rows: NodeRow[],
  snapshot: Snapshot,
  reservations: Reservation[],
  paused: PausedNode[] = [],
): Stock[] {
  const regions = [
    ...new Set(rows.flatMap((row) => (row.enabled && row.region !== null ? [row.region] : []))),
  ];
  const isHeld = (nodeId: number) => paused.some((pause) => pause.nodeId === nodeId);
  return regions.toSorted().flatMap((region) => {
    const ids = new Set(
      rows.filter((row) => row.enabled && row.region === region).map((row) => row.panelNodeId),
    );
    const nodes = snapshot.nodes.filter(
      (node) => ids.has(node.id) && node.public && !node.maintenance && !isHeld(node.id),
    );
    const rooms = nodes.map((node) => roomOn(node, snapshot, reservations));
    return plans.map((plan) => ({
      region,
      planId: plan.id,
      planName: plan.name,
      ...total(rooms.map((room) => countOn(plan, room))),
    }));
  });
}

function countOn(plan: Sold, room: { memory: number; disk: number; ports: unknown[] }): Counted {
  const counts: [Stock['limitedBy'], number][] = [
    ['memory', Math.floor(room.memory / plan.memory)],
    ['disk', Math.floor(room.disk / plan.disk)],
    ['ports', room.ports.length],
  ];
  const [limitedBy, servers] = counts.reduce((least, one) => (one[1] < least[1] ? one : least));
  return { servers: Math.max(0, servers), limitedBy };
}

/** Over all nodes; what runs out is what does on the node that takes most. */
function total(counts: Counted[]): Counted {
  const most = counts.toSorted((a, b) => b.servers - a.servers)[0];
  return {
    servers: counts.reduce((sum, one) => sum + one.servers, 0),
    limitedBy: most?.limitedBy ?? 'nodes',
  };
}

/** "7 more Valheim 8 GB"; the region is said by whoever lists them. */
export function stockInWords(stock: Stock): string {
  const what = stock.planName;
  if (stock.servers === 0) return `no more ${what}: ${ENDS[stock.limitedBy]}`;
  return `${stock.servers} more ${what}`;
}

const ENDS: Record<Stock['limitedBy'], string> = {
  memory: 'memory is used up',
  disk: 'disk is used up',
  ports: 'no free port',
  nodes: 'no node of the region can be used',
};
