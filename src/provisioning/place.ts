import type { Reservation, Snapshot } from '../orders/capacity.ts';
import { type Candidate, choosePlacement, type Placement } from '../orders/placement.ts';
import type { Plan } from '../orders/plan.ts';
import type { ProvisioningDeps } from './deps.ts';
import { fail, failOfPanel, go, type Step, stop } from './outcome.ts';
import type { Work } from './work.ts';

/** What one look found out about nodes and ports: not tried again in it. */
export type Tried = { nodes: Set<number>; ports: Set<number>; freshSinceMs: number };

/** How often others may be faster before the rest is left to the next look. */
const MOST_TRIES = 20;

/**
 * Chooses a node and a port, and holds the port for this order. Others do the same at this moment: whoever comes second is told what is
 * reserved by now, and chooses again. Those of this process take turns, or ten at once would all choose the best node, again and again.
 */
export async function holdPlace(
  deps: ProvisioningDeps,
  work: Work,
  plan: Plan,
  tried: Tried,
): Promise<Step<Candidate>> {
  // Not in line: a panel that hangs would hold up one after the other.
  const snapshot = await deps.snapshots.take(tried.freshSinceMs);
  if (snapshot.kind === 'fault') return failOfPanel(snapshot.fault);
  return deps.placeLine(() => chooseAndHold(work, plan, tried, snapshot.value));
}

async function chooseAndHold(
  work: Work,
  plan: Plan,
  tried: Tried,
  snapshot: Snapshot,
): Promise<Step<Candidate>> {
  let { reservations } = work;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const placement = choosePlacement({
      need: { memory: plan.memory, disk: plan.disk, region: work.purchase.region },
      rows: work.nodes,
      snapshot,
      reservations,
      askedNodeId: work.purchase.node_asked,
      troubled: work.troubled,
      paused: work.paused,
      tried,
    });
    if (placement.kind !== 'candidates') return refused(placement);
    const best = placement.candidates[0]!;
    const placed = await work.step('placed', {
      allocation_id: best.allocationId,
      panel_node_id: best.nodeId,
      node_name: best.nodeName,
      memory: plan.memory,
      disk: plan.disk,
      known: newest(reservations),
      detail: `${best.nodeName}, ${best.address}`,
    });
    if (placed.kind === 'stop') return placed;
    if (placed.value.status === 'ok') return go(best);
    if (placed.value.status === 'outdated') reservations = placed.value.reservations;
    else tried.ports.add(best.allocationId);
  }
  return fail({ code: 'port_race', detail: 'others were faster each time' });
}

function newest(reservations: Reservation[]): number {
  return Math.max(0, ...reservations.map((one) => one.seq));
}

function refused(placement: Exclude<Placement, { kind: 'candidates' }>) {
  const { kind, detail } = placement;
  switch (kind) {
    case 'troubled':
      return fail({ code: 'node_unreachable', detail, nodeId: placement.nodeId });
    case 'paused':
      return stop({ kind: 'wait', failure: null, lookInMs: 1_000, paused: true, pauseId: placement.pauseId });
    case 'asked_unusable':
      return fail({ code: 'node_asked_unusable', detail });
    default:
      return fail({ code: kind, detail });
  }
}
