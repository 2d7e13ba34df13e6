import { panelUsername, shortId } from '../orders/ids.ts';
import type { PanelFault, PanelUser } from '../panel/types.ts';
import type { ProvisioningDeps } from './deps.ts';
import { fail, failOfPanel, go, type Step, stop } from './outcome.ts';
import { failureOfPanel } from './panel-failure.ts';
import type { Work } from './work.ts';

type Found = { id: number; how: string };
type Buyer = { userId: string; email: string };

/**
 * The buyer's account on the panel: `external_id` is the site's user id. Known from an earlier purchase, or created without a password, so
 * that the panel mails its own link. An e-mail that belongs to another account, or to an administrator, is for a person to decide.
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
  // Two at once deadlock the panel's database.
  const user = await deps.userTurn.take(() => createOrFind(deps, { userId, email }));
  if (user === null) {
    const failure = { code: 'panel_busy', detail: 'other panel users are being made' } as const;
    return stop({ kind: 'wait', failure, lookInMs: 1_000 });
  }
  if (user.kind === 'stop') return user;
  const how = `${user.value.how}${siteEmail === null ? ', with the e-mail of the checkout: the site has no such user' : ''}`;
  const step = await work.step('user', { panel_user_id: user.value.id, detail: how });
  return step.kind === 'stop' ? step : go(user.value.id);
}

async function createOrFind(deps: ProvisioningDeps, buyer: Buyer): Promise<Step<Found>> {
  const created = await deps.panel.createUser({
    externalId: buyer.userId,
    email: buyer.email,
    username: panelUsername(buyer.userId),
    firstName: 'Customer',
    lastName: shortId(buyer.userId),
  });
  if (created.kind === 'ok') return go({ id: created.value.id, how: 'panel user created' });
  return find(deps, buyer, created.fault);
}

/** Somebody was first, or an answer was lost: whoever has our external id is the one; else who has exactly this e-mail. */
async function find(
  deps: ProvisioningDeps,
  { userId, email }: Buyer,
  refused: PanelFault,
): Promise<Step<Found>> {
  const taken = refused.fields.some(({ rule }) => rule === 'unique');
  if (!taken && !mayBeThere(refused)) return failOfPanel(refused);
  const byId = await deps.panel.findUserByExternalId(userId);
  if (byId.kind === 'fault') return failOfPanel(byId.fault);
  if (byId.value) return go({ id: byId.value.id, how: 'panel user found' });
  if (!taken) return fail({ ...failureOfPanel(refused), code: 'panel_hiccup' });
  const byEmail = await deps.panel.findUserByEmail(email);
  if (byEmail.kind === 'fault') return failOfPanel(byEmail.fault);
  if (byEmail.value) return link(deps, byEmail.value, userId);
  const fields = refused.fields.map(({ field }) => field).join(', ');
  deps.log.warn({ fields }, 'the panel refused a user that it does not have');
  return fail({ code: 'user_conflict', detail: `the panel says taken: ${fields}` });
}

/** A lost answer, or an error inside the panel: it may have made the user all the same. */
function mayBeThere(fault: PanelFault): boolean {
  switch (fault.kind) {
    case 'cut':
    case 'timeout':
      return true;
    case 'error':
      return fault.status === 500;
    default:
      return false;
  }
}

async function link(deps: ProvisioningDeps, user: PanelUser, userId: string): Promise<Step<Found>> {
  if (user.rootAdmin || user.externalId !== null) {
    const whose = user.rootAdmin ? 'an administrator' : 'another external id';
    return fail({
      code: 'user_conflict',
      detail: `panel user ${user.id} has this e-mail and belongs to ${whose}`,
    });
  }
  const linked = await deps.panel.linkUser(user, userId);
  if (linked.kind === 'fault') return failOfPanel(linked.fault);
  return go({ id: user.id, how: 'panel user found by e-mail and linked' });
}
