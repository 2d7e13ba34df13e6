import type { Failure } from '../orders/failures.ts';
import type { Candidate } from '../orders/placement.ts';
import type { Plan } from '../orders/plan.ts';
import { cleanServerName } from '../orders/server-name.ts';
import type { PanelEgg, PanelFault } from '../panel/types.ts';
import type { ProvisioningDeps } from './deps.ts';
import { adopt, findServer } from './find-server.ts';
import { fail, failOfPanel, go, type Outcome, type Step, stop } from './outcome.ts';
import { failureOfPanel, mayHaveCreated } from './panel-failure.ts';
import { holdPlace, type Tried } from './place.ts';
import { namePlanColumn } from './plan-column.ts';
import type { Work } from './work.ts';

/** Creates that one look sends, one after the other, before it leaves the rest to the next. */
const MOST_CREATES = 3;

/** What is made, and for whom. */
export type Wanted = { plan: Plan; egg: PanelEgg; panelUserId: number };

/** Places and creates the server: the next node when one fails. Only called when it is sure that there is none yet. */
export async function createServer(deps: ProvisioningDeps, work: Work, wanted: Wanted): Promise<Outcome> {
  const tried: Tried = { nodes: new Set(), ports: new Set(), freshSinceMs: work.purchase.retried_at ?? 0 };
  let last: Failure | null = null;
  for (let creates = 0; creates < MOST_CREATES; creates += 1) {
    const place = await holdPlace(deps, work, wanted.plan, tried);
    if (place.kind === 'stop') {
      // No other node has room: what the first one said is the cause.
      return last !== null && isNoRoom(place.outcome) ? { kind: 'failed', failure: last } : place.outcome;
    }
    if (last?.nodeId !== undefined) await deps.store.nodeDown(last.nodeId, last.detail);
    const sent = await send(deps, work, wanted, place.value);
    if (sent.kind === 'stop') return sent.outcome;
    last = sent.value;
    if (last.nodeId !== undefined) tried.nodes.add(last.nodeId);
    else tried.ports.add(place.value.allocationId);
    tried.freshSinceMs = deps.clock.now();
  }
  return {
    kind: 'failed',
    failure: last ?? { code: 'port_race', detail: 'every free port was taken meanwhile' },
  };
}

function isNoRoom(outcome: Outcome): boolean {
  return (
    outcome.kind === 'failed' && ['no_capacity', 'no_nodes', 'asked_unusable'].includes(outcome.failure.code)
  );
}

/** @returns `go` with how it failed when another node, or another port, may be tried. */
async function send(
  deps: ProvisioningDeps,
  work: Work,
  wanted: Wanted,
  candidate: Candidate,
): Promise<Step<Failure>> {
  // Before the intent: a create that is held back was not sent, and the next look need not ask the panel about it.
  const held = await deps.panel.reserveCreate();
  if (held) return failOfPanel(held);
  const leasedAtMs = deps.clock.now();
  // The intent is committed before the request: whoever comes after a crash knows that a server may exist (P3).
  const intent = await work.step('create_sent', { detail: candidate.nodeName });
  if (intent.kind === 'stop') return intent;
  const sentAtMs = deps.clock.now();
  // A process that was held up (a suspended machine) must not send what its successor no longer expects: the request and its
  // time-out have to end within the lease.
  if (sentAtMs - leasedAtMs > deps.timings.leaseMs / 2) return stop({ kind: 'stale' });
  const created = await deps.panel.createServer(requestOf(work, wanted, candidate));
  if (created.kind === 'ok') {
    const detail = `on ${candidate.nodeName}`;
    return stop({ kind: 'provisioned', server: created.value, how: 'created', detail });
  }
  return afterFailedCreate(deps, work, wanted, candidate, created.fault, sentAtMs);
}

async function afterFailedCreate(
  deps: ProvisioningDeps,
  work: Work,
  wanted: Wanted,
  candidate: Candidate,
  fault: PanelFault,
  sentAtMs: number,
): Promise<Step<Failure>> {
  const failure = failureOfPanel(fault, candidate.nodeId);
  if (fault.fields.some(({ field, rule }) => field === 'external_id' && rule === 'unique')) {
    const sent = { ...work, purchase: { ...work.purchase, create_sent_at: sentAtMs, now: deps.clock.now() } };
    const there = await findServer(deps, sent);
    if (there.kind === 'stop') return there;
    if (there.value) return stop(adopt(there.value, { userId: wanted.panelUserId, eggId: wanted.plan.egg }));
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
  if (failure.code === 'panel_user_gone') {
    const forgotten = await work.step('user_gone');
    if (forgotten.kind === 'stop') return forgotten;
  }
  const nextMayWork = failure.code === 'node_unreachable' || failure.code === 'port_race';
  return nextMayWork ? go(failure) : fail(namePlanColumn(failure, wanted.plan.id, fault.field));
}

async function hasNone(deps: ProvisioningDeps, work: Work): Promise<boolean> {
  const found = await deps.panel.findServerByExternalId(work.purchase.order_id);
  return found.kind === 'ok' && found.value === null;
}

/** The site's own row may hold anything; the panel refuses what is too long or can't be shown. */
function nameOf({ purchase }: Work, plan: Plan): string {
  const typed = purchase.server_name ?? purchase.order?.server_name ?? plan.name;
  return cleanServerName(typed) ?? cleanServerName(plan.name) ?? plan.id;
}

function requestOf(work: Work, { plan, egg, panelUserId }: Wanted, candidate: Candidate) {
  const defaults = Object.fromEntries(
    egg.variables.map(({ envVariable, defaultValue }) => [envVariable, defaultValue]),
  );
  return {
    externalId: work.purchase.order_id,
    name: nameOf(work, plan),
    userId: panelUserId,
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
