import { panelUsername, shortId } from '../orders/ids.ts';
import type { PanelFault, PanelUser } from '../panel/types.ts';
import type { ProvisioningDeps } from './deps.ts';
import { fail, go, type Step } from './outcome.ts';
import { failureOfPanel } from './panel-failure.ts';
import type { Work } from './work.ts';

/** One creation at a time per panel, across all workers: concurrent ones deadlock its database. */
const LEASE = 'panel-user-creation';
const LEASE_MS = 45_000;

/**
 * The buyer's account on the panel: `external_id` is the site's user id. Created without a password, so that the panel mails
 * its own link. An e-mail that belongs to another account, or to an administrator, is for a person to decide.
 *
 * @returns the panel's user id.
 */
export async function ensurePanelUser(deps: ProvisioningDeps, work: Work): Promise<Step<number>> {
  if (work.purchase.panel_user_id !== null) return go(work.purchase.panel_user_id);
  const { user_id: userId, site_email: siteEmail, email: checkoutEmail } = work.purchase;
  const email = siteEmail ?? checkoutEmail;
  if (userId === null || email === null) {
    return fail({
      code: 'user_without_email',
      detail: `neither auth.users nor the checkout has an e-mail for this user`,
    });
  }
  const user = await createOrFind(deps, work, userId, email);
  if (user.kind === 'stop') return user;
  const how = `${user.value.how}${siteEmail === null ? ', with the e-mail of the checkout: the site has no such user' : ''}`;
  const step = await work.step('user', { panel_user_id: user.value.id, detail: how });
  return step.kind === 'stop' ? step : go(user.value.id);
}

async function createOrFind(
  deps: ProvisioningDeps,
  work: Work,
  userId: string,
  email: string,
): Promise<Step<{ id: number; how: string }>> {
  const holder = `${deps.holder}:${work.purchase.id}`;
  if (!(await takeTurn(deps, holder)))
    return fail({
      code: 'panel_hiccup',
      detail: 'another worker is making a panel user; waiting for its turn',
    });
  try {
    const created = await deps.panel.createUser({
      externalId: userId,
      email,
      username: panelUsername(userId),
      firstName: 'Customer',
      lastName: shortId(userId),
    });
    if (created.kind === 'ok') return go({ id: created.value.id, how: 'panel user created' });
    return await find(deps, work, userId, email, created.fault);
  } finally {
    await deps.store.lease(LEASE, holder, 0);
  }
}

/** Somebody was first, or an answer was lost: whoever has our external id is the one; else who has exactly this e-mail. */
async function find(
  deps: ProvisioningDeps,
  work: Work,
  userId: string,
  email: string,
  refused: PanelFault,
): Promise<Step<{ id: number; how: string }>> {
  const taken = refused.fields.some(({ rule }) => rule === 'unique');
  const unknown = refused.kind === 'error' ? (refused.status ?? 0) >= 500 : refused.kind !== 'no_connection';
  if (!taken && !unknown) return fail(failureOfPanel(refused));
  const byId = await deps.panel.findUserByExternalId(userId);
  if (byId.kind === 'fault') return fail(failureOfPanel(byId.fault));
  if (byId.value) return go({ id: byId.value.id, how: 'panel user found' });
  if (!taken) return fail({ code: 'panel_hiccup', detail: failureOfPanel(refused).detail });
  const byEmail = await deps.panel.findUserByEmail(email);
  if (byEmail.kind === 'fault') return fail(failureOfPanel(byEmail.fault));
  if (byEmail.value) return link(deps, byEmail.value, userId);
  deps.log.warn(
    { purchaseId: work.purchase.id, fields: refused.fields },
    'the panel refused a user that it does not have',
  );
  return fail({
    code: 'user_conflict',
    detail: `the panel says taken: ${refused.fields.map(({ field }) => field).join(', ')}`,
  });
}

async function link(
  deps: ProvisioningDeps,
  user: PanelUser,
  userId: string,
): Promise<Step<{ id: number; how: string }>> {
  if (user.rootAdmin || user.externalId !== null) {
    const whose = user.rootAdmin ? 'an administrator' : 'another external id';
    return fail({
      code: 'user_conflict',
      detail: `panel user ${user.id} has this e-mail and belongs to ${whose}`,
    });
  }
  const linked = await deps.panel.linkUser(user, userId);
  if (linked.kind === 'fault') return fail(failureOfPanel(linked.fault));
  return go({ id: user.id, how: 'panel user found by e-mail and linked' });
}

async function takeTurn(deps: ProvisioningDeps, holder: string): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    if (await deps.store.lease(LEASE, holder, LEASE_MS)) return true;
    await deps.clock.sleep(250 + 250 * deps.random());
  }
  return false;
}
