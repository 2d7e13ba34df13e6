import { type Candidate, choosePlacement } from '../orders/placement.ts';
import type { Plan } from '../orders/plan.ts';
import type { PanelEgg, PanelFault } from '../panel/types.ts';
import type { ProvisioningDeps } from './deps.ts';
import { findServer, mismatchOf } from './find-server.ts';
import { fail, go, type Outcome, type Step, stop } from './outcome.ts';
import { failureOfPanel, mayHaveCreated } from './panel-failure.ts';
import type { Work } from './work.ts';

/** Nodes that one look tries, one after the other, before it leaves the rest to the next. */
const MOST_CANDIDATES = 3;

/** Places and creates the server: the next node when one fails. Only called when it is sure that there is none yet. */
export async function createServer(
  deps: ProvisioningDeps,
  work: Work,
  plan: Plan,
  egg: PanelEgg,
  panelUserId: number,
): Promise<Outcome> {
  const candidates = await place(deps, work, plan);
  if (candidates.kind === 'stop') return candidates.outcome;
  let last: Outcome = {
    kind: 'failed',
    failure: { code: 'port_race', detail: 'every free port was taken meanwhile' },
  };
  for (const candidate of candidates.value.slice(0, MOST_CANDIDATES)) {
    const tried = await tryCandidate(deps, work, plan, egg, panelUserId, candidate);
    if (tried.kind === 'stop') return tried.outcome;
    last = tried.value;
  }
  return last;
}

async function place(deps: ProvisioningDeps, work: Work, plan: Plan): Promise<Step<Candidate[]>> {
  const snapshot = await deps.panel.listNodes();
  if (snapshot.kind === 'fault') return fail(failureOfPanel(snapshot.fault));
  const need = { memory: plan.memory, disk: plan.disk, region: work.purchase.region };
  const placement = choosePlacement(need, work.nodes, snapshot.value, work.reserved);
  if (placement.kind === 'candidates') return go(placement.candidates);
  return fail({ code: placement.kind, detail: placement.detail });
}

/** @returns `go` with how it failed when the next candidate may be tried. */
async function tryCandidate(
  deps: ProvisioningDeps,
  work: Work,
  plan: Plan,
  egg: PanelEgg,
  panelUserId: number,
  candidate: Candidate,
): Promise<Step<Outcome>> {
  const placed = await work.step('placed', {
    allocation_id: candidate.allocationId,
    panel_node_id: candidate.nodeId,
    node_name: candidate.nodeName,
    detail: `${candidate.nodeName}, ${candidate.address}`,
  });
  if (placed.kind === 'stop') return placed;
  if (placed.value === 'port_taken') {
    return go({
      kind: 'failed',
      failure: { code: 'port_race', detail: `${candidate.address} is held for another order` },
    });
  }
  // The intent is committed before the request: whoever comes after a crash knows that a server may exist (P3).
  const intent = await work.step('create_sent', { detail: candidate.nodeName });
  if (intent.kind === 'stop') return intent;
  const sentAtMs = deps.clock.now();
  const created = await deps.panel.createServer(requestOf(work, plan, egg, panelUserId, candidate));
  if (created.kind === 'ok') {
    return stop({
      kind: 'provisioned',
      server: created.value,
      how: 'created',
      detail: `on ${candidate.nodeName}`,
    });
  }
  return afterFailedCreate(deps, work, created.fault, plan, panelUserId, candidate, sentAtMs);
}

async function afterFailedCreate(
  deps: ProvisioningDeps,
  work: Work,
  fault: PanelFault,
  plan: Plan,
  panelUserId: number,
  candidate: Candidate,
  sentAtMs: number,
): Promise<Step<Outcome>> {
  const failure = failureOfPanel(fault, candidate.nodeId);
  if (fault.fields.some(({ field, rule }) => field === 'external_id' && rule === 'unique')) {
    const sent = { ...work, purchase: { ...work.purchase, create_sent_at: sentAtMs, now: deps.clock.now() } };
    const there = await findServer(deps, sent);
    if (there.kind === 'stop') return there;
    if (there.value) return stop(adopt(there.value, plan.egg, panelUserId));
  }
  // A node's failure is answered after the panel took its row back; a look proves it, and the next node may be tried now.
  const proven = failure.code === 'node_unreachable' && (await hasNone(deps, work));
  if (!proven && mayHaveCreated(fault)) {
    return stop({
      kind: 'unsure',
      failure: { code: 'create_unsure', detail: failure.detail },
      lookInMs: Math.max(1_000, deps.timings.ghostMs - (deps.clock.now() - sentAtMs) + 500),
    });
  }
  const undone = await work.step('create_not_sent');
  if (undone.kind === 'stop') return undone;
  const nextMayWork = failure.code === 'node_unreachable' || failure.code === 'port_race';
  return nextMayWork ? go({ kind: 'failed', failure }) : fail(failure);
}

async function hasNone(deps: ProvisioningDeps, work: Work): Promise<boolean> {
  const found = await deps.panel.findServerByExternalId(work.purchase.order_id);
  return found.kind === 'ok' && found.value === null;
}

/** Takes a server that is there already as this order's own, or says why it can't be. */
export function adopt(
  server: Parameters<typeof mismatchOf>[0],
  eggId: number | null,
  userId: number | null,
): Outcome {
  const mismatch = mismatchOf(server, { userId, eggId });
  if (mismatch) return { kind: 'failed', failure: { code: 'server_mismatch', detail: mismatch } };
  return { kind: 'provisioned', server, how: 'adopted', detail: `server ${server.id} was there already` };
}

function requestOf(work: Work, plan: Plan, egg: PanelEgg, userId: number, candidate: Candidate) {
  const defaults = Object.fromEntries(
    egg.variables.map(({ envVariable, defaultValue }) => [envVariable, defaultValue]),
  );
  return {
    externalId: work.purchase.order_id,
    name: work.purchase.server_name ?? work.purchase.order?.server_name ?? plan.name,
    userId,
    eggId: plan.egg,
    dockerImage: plan.image,
    startup: plan.startup ?? egg.startup,
    // The panel does not fill in an egg's defaults.
    environment: { ...defaults, ...plan.variables },
    limits: { memory: plan.memory, swap: plan.swap, disk: plan.disk, io: plan.io, cpu: plan.cpu },
    featureLimits: { databases: plan.databases, allocations: plan.ports, backups: plan.backups },
    allocationId: candidate.allocationId,
  };
}
