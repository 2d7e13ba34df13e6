import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Timings } from '../orders/timings.ts';
import type { Hints } from '../provisioning/queue.ts';
import type { Store } from '../store/store.ts';
import type { StripeClient } from '../stripe/client.ts';

/** What asking Stripe for the undelivered needs. */
export type ReconcileDeps = {
  clock: Clock;
  timings: Timings;
  log: Logger;
  store: Pick<Store, 'reconcileState' | 'unknown' | 'recover' | 'waitingSessions' | 'sender' | 'reportCheck'>;
  stripe: Pick<
    StripeClient,
    'listUndeliveredEvents' | 'listCompleteSessions' | 'retrieveSession' | 'listWebhookEndpoints'
  >;
  hints: Pick<Hints, 'send'>;
  /** Hears of each paid purchase that Stripe could not deliver. */
  observe: { event: (type: string, outcome: 'recovered') => void };
  /** The mode of our key. */
  livemode: boolean;
  /** Where Stripe reaches us; null: not told. */
  publicUrl: string | null;
};

/** Stripe refused, or gave no answer: the look is not at its end, and the next one begins where it did. */
export class StripeLookError extends Error {
  override name = 'StripeLookError';
}
