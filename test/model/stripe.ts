import { readFileSync } from 'node:fs';
import type { EngineDeps } from '../../src/provisioning/engine.ts';
import { checkoutSession } from '../../src/stripe/schemas.ts';
import type { Sale } from './sales.ts';

const file = new URL('../fixtures/stripe/api-checkout-session-retrieve-expanded.json', import.meta.url);
const template = checkoutSession.parse(JSON.parse(readFileSync(file, 'utf8')));

const unanswered = { kind: 'fault', reason: 'no_answer', message: 'not part of the model' } as const;

/** Stripe as it stands behind the events: it knows of a refund before any event of it is delivered. */
export function createModelStripe(sales: Sale[]): EngineDeps['stripe'] {
  return {
    retrieveSession: async (id) => ({ kind: 'ok', value: { ...template, id } }),
    retrieveStanding: async ({ id }) => {
      const sale = sales.find(({ sessionId }) => sessionId === id);
      const isStopped = sale?.events.some(({ effect }) => effect.kind === 'stop') ?? false;
      const refunded = isStopped ? 'fully' : 'no';
      return {
        kind: 'ok',
        value: { refunded, disputed: false, cancelled: false, subscriptionStatus: 'active' },
      };
    },
    retrieveSubscription: async () => unanswered,
    listSessionsBySubscription: async () => unanswered,
    findSubscriptionOfCharge: async () => unanswered,
  };
}
