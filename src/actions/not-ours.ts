import type { Action, Store } from '../store/store.ts';
import type { StripeClient } from '../stripe/client.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

export type NotOursDeps = ActionDeps & {
  store: Pick<Store, 'act' | 'find'>;
  stripe: Pick<StripeClient, 'retrieveSession'>;
};

/** What was sold, as Stripe names it. */
export type SoldProduct = { id: string; name: string | null };
export type Sold = { kind: 'known'; products: SoldProduct[] } | { kind: 'unknown'; reason: string };

/** Asks Stripe for the products of a Checkout session, each once. */
export async function productsOf(deps: Pick<NotOursDeps, 'stripe'>, sessionId: string): Promise<Sold> {
  const asked = await deps.stripe.retrieveSession(sessionId);
  if (asked.kind === 'fault') return { kind: 'unknown', reason: asked.message };
  const items = asked.kind === 'ok' ? (asked.value.line_items?.data ?? []) : [];
  const named = items.flatMap(({ price, description: name }) =>
    price === null ? [] : [[price.product, { id: price.product, name }] as const],
  );
  const products = [...new Map(named).values()];
  return products.length > 0
    ? { kind: 'known', products }
    : { kind: 'unknown', reason: 'Stripe names no product of this session' };
}

/**
 * Says that a paid session was sold by somebody else with the same Stripe account: it is closed, and its products alert no
 * more. Which products they are only Stripe knows, so it is asked first.
 *
 * @returns outcome `not_ours_now`, or why not: `products_unknown` with what Stripe said, `is_ours` with the plan that it names.
 * @throws StoreError when it was not recorded.
 */
export async function notOurs(deps: NotOursDeps, actor: Actor, target: string): Promise<Action> {
  const found = await deps.store.find(target);
  const sessionId = found.status === 'found' ? found.purchase.session_id : null;
  if (sessionId === null) return refused('unknown');
  const sold = await productsOf(deps, sessionId);
  if (sold.kind === 'unknown') return refused('products_unknown', sold.reason);
  return record(deps, actor, { action: 'not_ours', target, products: sold.products.map(({ id }) => id) });
}

function refused(outcome: string, detail: string | null = null): Action {
  return { status: 'ok', outcome, detail, hint: null };
}
