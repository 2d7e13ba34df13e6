import { readPlan } from '../orders/plan.ts';
import { adopt, createServer } from './create-server.ts';
import type { ProvisioningDeps } from './deps.ts';
import { findServer } from './find-server.ts';
import type { Outcome } from './outcome.ts';
import { failureOfPanel } from './panel-failure.ts';
import { ensurePanelUser } from './panel-user.ts';
import { watchInstall } from './watch-install.ts';
import type { Work } from './work.ts';

/**
 * Moves one order on, from whatever is there to the next thing that should be. Safe to repeat at any point: it never
 * asks "what did I do last", only "what is there".
 */
export async function ensure(deps: ProvisioningDeps, work: Work): Promise<Outcome> {
  const p = work.purchase;
  if (p.panel_server_id !== null) return watchInstall(deps, p, p.panel_server_id);
  if (p.closed_at !== null) return resolveClosed(deps, work);
  if (p.order === null) {
    return {
      kind: 'failed',
      failure: { code: 'order_row_missing', detail: `no row in orders with id ${p.order_id}` },
    };
  }
  if (p.order.pterodactyl_server_id !== null)
    return checkNamedServer(deps, work, p.order.pterodactyl_server_id);
  const reading = p.plan === null ? null : readPlan(p.plan);
  if (reading === null) {
    return {
      kind: 'failed',
      failure: { code: 'plan_missing', detail: `no row in plans with id "${p.plan_id}"` },
    };
  }
  if (reading.kind === 'incomplete') {
    return { kind: 'failed', failure: { code: 'plan_incomplete', detail: reading.detail } };
  }
  const { plan } = reading;
  if (p.create_sent_at !== null) {
    const found = await findServer(deps, work);
    if (found.kind === 'stop') return found.outcome;
    if (found.value) return adopt(found.value, plan.egg, p.panel_user_id);
    const undone = await work.step('create_not_sent');
    if (undone.kind === 'stop') return undone.outcome;
  }
  const user = await ensurePanelUser(deps, work);
  if (user.kind === 'stop') return user.outcome;
  const egg = await deps.panel.findEgg(plan.egg);
  if (egg.kind === 'fault') return { kind: 'failed', failure: failureOfPanel(egg.fault) };
  if (egg.value === null) {
    return {
      kind: 'failed',
      failure: { code: 'egg_missing', detail: `plans "${plan.id}": the panel has no egg ${plan.egg}` },
    };
  }
  return createServer(deps, work, plan, egg.value, user.value);
}

/** A refund came while a create was out: what it made is for staff to remove, never silently left running. */
async function resolveClosed(deps: ProvisioningDeps, work: Work): Promise<Outcome> {
  if (work.purchase.create_sent_at === null) return { kind: 'gone' };
  const found = await findServer(deps, work);
  if (found.kind === 'stop') return found.outcome;
  return found.value ? adopt(found.value, null, null) : { kind: 'gone' };
}

/** The site, or an older function, wrote a server into the order: taken when it is ours by its external id. */
async function checkNamedServer(deps: ProvisioningDeps, work: Work, named: string): Promise<Outcome> {
  const found = await deps.panel.findServerByExternalId(work.purchase.order_id);
  if (found.kind === 'fault') return { kind: 'failed', failure: failureOfPanel(found.fault) };
  if (found.value && [String(found.value.id), found.value.uuid, found.value.identifier].includes(named)) {
    return adopt(found.value, null, work.purchase.panel_user_id);
  }
  return {
    kind: 'failed',
    failure: {
      code: 'server_named_elsewhere',
      detail: `orders.pterodactyl_server_id is ${named.slice(0, 40)}`,
    },
  };
}
