import type { Effect, SessionFacts } from '../../src/orders/effect.ts';
import { purchaseIdOf } from '../../src/orders/ids.ts';
import type { EventToStore } from '../../src/store/store.ts';

/** One checkout session of the model, and what Stripe has said about it so far. */
export type Sale = {
  purchaseId: string;
  sessionId: string;
  subscriptionId: string;
  userId: string;
  planId: string;
  region: string;
  /** Whether an event that says "paid" was ever handed in. */
  isPaid: boolean;
  /** Events that were handed in, for handing them in again. */
  events: EventToStore[];
};

/** More than any history sells. */
const MANY = 24;
const BUYERS = ['aaaaaaaa-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000002'];

/** Purchases of two buyers; most are for the one node of a region, so that they want the same ports. */
export function createSales(): Sale[] {
  return Array.from({ length: MANY }, (_, index) =>
    sale(
      index + 1,
      BUYERS[index % 2]!,
      index % 2 === 0 ? 'minecraft-4gb' : 'among-us-1gb',
      index % 3 === 2 ? 'eu-west' : 'us-east',
    ),
  );
}

function sale(number: number, userId: string, planId: string, region: string): Sale {
  const sessionId = `cs_test_model_${number}`;
  const purchaseId = purchaseIdOf(sessionId);
  const subscriptionId = `sub_model_${number}`;
  return { purchaseId, sessionId, subscriptionId, userId, planId, region, isPaid: false, events: [] };
}

/** The event by which Stripe says how a session stands. */
export function sessionEvent(
  sale: Sale,
  id: string,
  payment: SessionFacts['payment'],
  madeAt: string,
): EventToStore {
  return event(sale, id, madeAt, 'checkout.session.completed', {
    kind: 'session',
    facts: {
      purchase_id: sale.purchaseId,
      session_id: sale.sessionId,
      subscription_id: sale.subscriptionId,
      customer_id: null,
      payment_intent_id: null,
      invoice_id: null,
      livemode: false,
      user_id: sale.userId,
      item_type: 'game',
      plan_id: sale.planId,
      term: 'monthly',
      region: sale.region,
      server_name: 'Model',
      email: `${sale.userId.slice(0, 8)}@example.com`,
      amount_minor: 999,
      currency: 'eur',
      note: null,
      bought_at: madeAt,
      payment,
      problem: null,
      products: null,
    },
  });
}

/** The event by which Stripe says that the money went back. */
export function stopEvent(sale: Sale, id: string, reason: string, madeAt: string): EventToStore {
  const subscription_id = sale.subscriptionId;
  return event(sale, id, madeAt, 'charge.refunded', { kind: 'stop', reason, subscription_id });
}

function event(sale: Sale, id: string, made_at: string, type: string, effect: Effect): EventToStore {
  return {
    id,
    type,
    livemode: false,
    api_version: 'model',
    made_at,
    raw: '{}',
    session_id: effect.kind === 'session' ? sale.sessionId : null,
    subscription_id: sale.subscriptionId,
    effect,
  };
}
