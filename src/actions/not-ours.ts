import type { Action, Store } from '../store/store.ts';
import type { StripeClient } from '../stripe/client.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

export type NotOursDeps = ActionDeps & {
  store: Pick<Store, 'act' | 'find'>;
  stripe: Pick<StripeClient, 'retrieveSession'>;
};

/**
 * Says that a paid subscription was sold by somebody else with the same Stripe account: it is closed, and its products alert no
 * more. Which products they are only Stripe knows, so it is asked first.
 *
 * @returns outcome `not_ours_now`, or why not: `products_unknown` with what Stripe said.
 * @throws StoreError when it was not recorded.
 */
export async function notOurs(deps: NotOursDeps, actor: Actor, target: string): Promise<Action> {
  const found = await deps.store.find(target);
  const sessionId = found.status === 'found' ? found.purchase.session_id : null;
  if (sessionId === null) return refused('unknown');
  const asked = await deps.stripe.retrieveSession(sessionId);
  if (asked.kind === 'fault') return refused('products_unknown', asked.message);
  const items = asked.kind === 'ok' ? (asked.value.line_items?.data ?? []) : [];
  const products = [...new Set(items.flatMap((item) => item.price?.product ?? []))];
  if (products.length === 0) return refused('products_unknown', 'Stripe names no product of this session');
  return record(deps, actor, { action: 'not_ours', target, products });
}

function refused(outcome: string, detail: string | null = null): Action {
  return { status: 'ok', outcome, detail, hint: null };
}
