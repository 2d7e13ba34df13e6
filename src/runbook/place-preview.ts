import type { Clock } from '../lib/clock.ts';
import { roomOn } from '../orders/capacity.ts';
import { choosePlacement } from '../orders/placement.ts';
import { readPlan } from '../orders/plan.ts';
import type { Snapshots } from '../provisioning/snapshots.ts';
import type { Catalogue } from '../store/rows.ts';

/** Where a server would go now, with what is free there (MiB); or why nowhere; or that the panel could not be asked. */
export type Place =
  | { kind: 'node'; nodeId: number; name: string; memory: number; disk: number; ports: number }
  | { kind: 'nowhere' | 'unknown'; reason: string };

export type PlaceDeps = { clock: Clock; snapshots: Snapshots };

/** A dead panel is an answer of its own, never a hanging command. */
const PANEL_MS = 2_000;

/** The node of the catalogue that staff named, as `orderly_node_named` finds it; null when there is none. */
export function nodeNamed({ nodes }: Catalogue, name: string): number | null {
  const usable = nodes.filter((node) => node.panelNodeId !== null);
  const byName = usable.find((node) => node.name === name);
  return (
    (byName ?? usable.find((node) => String(node.panelNodeId) === name || node.id === name))?.panelNodeId ??
    null
  );
}

/** Asks the placement that provisioning uses, with the numbers that it uses. Holds nothing: it may differ when it is done. */
export async function previewPlace(
  deps: PlaceDeps,
  catalogue: Catalogue,
  wanted: { plan: Record<string, unknown>; region: string | null; nodeId: number | null },
): Promise<Place> {
  const reading = readPlan(wanted.plan);
  if (reading.kind === 'incomplete') return { kind: 'nowhere', reason: reading.detail };
  const late = deps.clock.sleep(PANEL_MS).then(() => null);
  const answer = await Promise.race([deps.snapshots.take(), late]);
  if (answer === null) return { kind: 'unknown', reason: 'the panel has not answered within 2 seconds' };
  if (answer.kind === 'fault')
    return { kind: 'unknown', reason: answer.fault.detail ?? `the panel: ${answer.fault.kind}` };
  const snapshot = answer.value;
  const { memory, disk } = reading.plan;
  const placement = choosePlacement({
    need: { memory, disk, region: wanted.region },
    rows: catalogue.nodes,
    snapshot,
    reservations: catalogue.reservations,
    askedNodeId: wanted.nodeId,
    troubled: new Set(),
    paused: catalogue.paused_nodes,
    tried: { nodes: new Set(), ports: new Set() },
  });
  if (placement.kind !== 'candidates') return { kind: 'nowhere', reason: placement.detail };
  const best = placement.candidates[0]!;
  const node = snapshot.nodes.find(({ id }) => id === best.nodeId)!;
  const room = roomOn(node, snapshot, catalogue.reservations);
  const { nodeId, nodeName: name } = best;
  return { kind: 'node', nodeId, name, memory: room.memory, disk: room.disk, ports: room.ports.length };
}
