import type { Order } from '../orders/purchase.ts';
import type { Claimed } from '../store/store.ts';
import type { ProvisioningDeps } from './deps.ts';
import { fail, go, type Step, stop } from './outcome.ts';

/** An order that we hold the lease of, as it was when we took it. */
export type Work = {
  purchase: Order;
  nodes: Claimed['nodes'];
  reserved: ReadonlySet<number>;
  token: number;
  /** Commits a step before the next one begins. Stops the look when the lease or the order is gone meanwhile. */
  step(
    name: 'user' | 'placed' | 'create_sent' | 'create_not_sent',
    facts?: object,
  ): Promise<Step<'ok' | 'port_taken'>>;
};

/** @param claim an order: its `order_id` is there. */
export function workOf(deps: ProvisioningDeps, claim: Claimed, orderId: string): Work {
  const { purchase, token } = claim;
  return {
    purchase: { ...purchase, order_id: orderId },
    nodes: claim.nodes,
    reserved: new Set(claim.reserved),
    token,
    step: async (name, facts = {}) => {
      const result = await deps.store.step(purchase.id, token, name, facts);
      if (result === 'stale') return stop({ kind: 'stale' });
      // A create that is not out yet is not sent; one that is out is looked up by the next look.
      if (result === 'closed')
        return fail({ code: 'create_unsure', detail: 'the purchase was closed meanwhile' });
      return go(result);
    },
  };
}
