import { type PlanReading, readPlan } from '../orders/plan.ts';
import type { Order } from '../orders/purchase.ts';
import { createServer } from './create-server.ts';
import type { ProvisioningDeps } from './deps.ts';
import { adopt, findServer } from './find-server.ts';
import { fail, failOfPanel, go, type Outcome, type Step } from './outcome.ts';
import { ensurePanelUser } from './panel-user.ts';
import { reinstall } from './reinstall.ts';
import { checkStanding } from './standing.ts';
import type { Work } from './work.ts';

/**
 * Moves one order on, from whatever is there to the next thing that should be. Safe to repeat at any point: it never
 * asks "what did I do last", only "what is there".
 */
export async function ensure(deps: ProvisioningDeps, work: Work): Promise<Outcome> {
  const p = work.purchase;
  if (p.panel_server_id !== null)
    return p.reinstall_at === null ? { kind: 'nothing' } : reinstall(deps, work);
  if (p.closed_at !== null) return resolveClosed(deps, work);
  const reading = readOrder(p);
  if (reading.kind === 'stop') return reading.outcome;
  const plan = reading.value;
  const named = p.order?.pterodactyl_server_id ?? null;
  if (named !== null) return checkNamedServer(deps, work, named, plan.egg);
  const standing = await checkStanding(deps, work);
  if (standing.kind === 'stop') return standing.outcome;
  const user = await ensurePanelUser(deps, work);
  if (user.kind === 'stop') return user.outcome;
  if (p.create_sent_at !== null || p.creates_sent > 0) {
    const found = await findServer(deps, work);
    if (found.kind === 'stop') return found.outcome;
    if (found.value) return adopt(found.value, { userId: user.value, eggId: plan.egg });
    const undone = await work.step('create_not_sent');
    if (undone.kind === 'stop') return undone.outcome;
  }
  // Who pressed Retry may have mended the egg a moment ago.
  const egg = await deps.panel.findEgg(plan.egg, p.retried_at ?? 0);
  if (egg.kind === 'fault') return failOfPanel(egg.fault).outcome;
  if (egg.value === null) {
    const detail = `plans "${plan.id}": egg: the panel has no egg ${plan.egg}`;
    return { kind: 'failed', failure: { code: 'egg_missing', detail } };
  }
  return createServer(deps, work, { plan, egg: egg.value, panelUserId: user.value });
}

type Plan = Extract<PlanReading, { kind: 'plan' }>['plan'];

/** The plan as it is now, not as it was when it was bought. */
function readOrder(p: Order): Step<Plan> {
  if (p.order === null)
    return fail({ code: 'order_row_missing', detail: `no row in orders with id ${p.order_id}` });
  if (p.plan === null)
    return fail({ code: 'plan_missing', detail: `no row in plans with id "${p.plan_id}"` });
  const reading = readPlan(p.plan);
  return reading.kind === 'plan'
    ? go(reading.plan)
    : fail({ code: 'plan_incomplete', detail: reading.detail });
}

/** A refund came while a create was out: what it made is for staff to remove, never silently left running. */
async function resolveClosed(deps: ProvisioningDeps, work: Work): Promise<Outcome> {
  if (work.purchase.create_sent_at === null) return { kind: 'gone' };
  const found = await findServer(deps, work);
  if (found.kind === 'stop') return found.outcome;
  return found.value ? adopt(found.value, null) : { kind: 'gone' };
}

/** The site, or an older function, wrote a server into the order: taken when it is ours by external id, owner and egg. */
async function checkNamedServer(
  deps: ProvisioningDeps,
  work: Work,
  named: string,
  eggId: number,
): Promise<Outcome> {
  const p = work.purchase;
  const found = await deps.panel.findServerByExternalId(p.order_id);
  if (found.kind === 'fault') return failOfPanel(found.fault).outcome;
  const server = found.value;
  if (server && [String(server.id), server.uuid, server.identifier].includes(named)) {
    const owner = await knownOwner(deps, p);
    return owner.kind === 'stop' ? owner.outcome : adopt(server, { userId: owner.value, eggId });
  }
  const detail = `orders.pterodactyl_server_id is ${named.slice(0, 40)}`;
  return { kind: 'failed', failure: { code: 'server_named_elsewhere', detail } };
}

/** The buyer's panel user, without making one; null when there is none. */
async function knownOwner(deps: ProvisioningDeps, p: Order): Promise<Step<number | null>> {
  if (p.panel_user_id !== null || p.user_id === null) return go(p.panel_user_id);
  const user = await deps.panel.findUserByExternalId(p.user_id);
  return user.kind === 'fault' ? failOfPanel(user.fault) : go(user.value?.id ?? null);
}
