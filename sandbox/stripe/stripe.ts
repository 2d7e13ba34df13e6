/**
 * A Stripe for the sandbox and the tests: buyers check out, signed webhooks go out over real HTTP until they are taken,
 * and the read-only part of the API answers with objects shaped as in API version 2026-10-28.endive. It lives in memory
 * and speaks on 127.0.0.1 only.
 */
import type { Clock } from '../../src/lib/clock.ts';
import * as actions from './actions.ts';
import { createDeliverer } from './delivery.ts';
import { createEventLog, type EventRecord } from './events.ts';
import type { CheckoutOptions } from './order.ts';
import { type StripeRequest, type StripeRequestHook, startApiServer } from './server.ts';
import { changeObject, createState } from './state.ts';
import { healthyStripe, type StripeFaults } from './switches.ts';

export type { CheckedOut } from './actions.ts';
export type { EventRecord, StripeDelivery } from './events.ts';
export type { CheckoutOptions } from './order.ts';
export type { StripeRequest, StripeRequestHook } from './server.ts';
export { type StripeFaults, type StripeSwitch, setStripeSwitch, stripeSwitches } from './switches.ts';

export type StripeOptions = {
  clock: Clock;
  /** Default: one that is free. */
  port?: number;
  /** The only key that the API takes. */
  secretKey: string;
  /** The endpoint's signing secret. */
  webhookSecret: string;
  /** Where to deliver; asked for at each attempt. Null: there is no endpoint yet, and attempts fail. Loopback http only. */
  endpointUrl: () => string | null;
  /** Where an attempt really goes, as behind a load balancer; `endpointUrl` unless told. */
  deliverTo?: () => string | null;
  livemode?: false;
  /** The waits between the attempts to deliver, in milliseconds of the clock. */
  retryScheduleMs?: readonly number[];
};

export type StripeSimulator = {
  url: string;
  stop(): Promise<void>;
  /** A buyer completes a checkout. Resolves when its event exists; delivery goes on. `subscriptionId` is null for other modes. */
  checkout(options: CheckoutOptions): Promise<actions.CheckedOut>;
  /** Ends the bank debit of an `unpaid` checkout. This and the next four resolve to the id of the event that they made. */
  asyncPayment(sessionId: string, outcome: 'succeeded' | 'failed'): Promise<string>;
  /** Somebody mends the metadata of a session, as Stripe's API and Dashboard let them. */
  changeMetadata(sessionId: string, metadata: Record<string, string>): void;
  /** Throws for a session that was paid. */
  expire(sessionId: string): Promise<string>;
  /** `full` is the default; else a third is given back. Throws when nothing was paid. */
  refund(sessionId: string, options?: { full?: boolean }): Promise<string>;
  dispute(sessionId: string): Promise<string>;
  cancelSubscription(sessionId: string): Promise<string>;
  /**
   * Sends any event, signed; a string as these exact bytes. The API knows the event's object from then on, unless it had
   * one by that id. An id that was sent before is that event again.
   */
  emit(rawBody: string | object): Promise<string>;
  /** Every event, oldest first. */
  events: readonly EventRecord[];
  /** Resolves when no attempt to deliver is under way. A retry that waits for its time does not count. */
  idle(): Promise<void>;
  /** Sends an event once more, taken or not: the status, or null without an answer. Throws for an unknown id. */
  redeliver(eventId: string): Promise<number | null>;
  faults: StripeFaults;
  /** The last 10,000 requests to the API. */
  requests: readonly StripeRequest[];
  /** Adds a hook; the function returned takes it away. A hook that throws breaks the connection. */
  onRequest(hook: StripeRequestHook): () => void;
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

// Stripe publishes "up to three days, with exponential back off" and no times.
const THREE_DAYS = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR].concat(
  Array.from({ length: 5 }, () => 12 * HOUR),
);

/** Starts it; resolves when the API takes connections. Throws when the port is taken. */
export async function startStripe(options: StripeOptions): Promise<StripeSimulator> {
  const { clock, endpointUrl, webhookSecret } = options;
  const state = createState();
  const faults = healthyStripe();
  const retryScheduleMs = options.retryScheduleMs ?? THREE_DAYS;
  const deliverTo = options.deliverTo ?? endpointUrl;
  const deliverer = createDeliverer({
    clock,
    endpointUrl: deliverTo,
    webhookSecret,
    retryScheduleMs,
    faults,
  });
  const events = createEventLog(clock, state, deliverer.submit);
  const world: actions.World = { clock, state, events };
  const api = await startApiServer(
    { ...world, faults, endpointUrl, secretKey: options.secretKey },
    options.port ?? 0,
  );
  return {
    url: api.url,
    stop: async () => {
      await deliverer.stop();
      await api.stop();
    },
    checkout: async (order) =>
      actions.checkout(world, faults.noMetadata ? { ...order, metadata: {} } : order),
    asyncPayment: async (sessionId, outcome) => actions.asyncPayment(world, sessionId, outcome),
    changeMetadata: (sessionId, metadata) => void changeObject(state, sessionId, { metadata }),
    expire: async (sessionId) => actions.expire(world, sessionId),
    refund: async (sessionId, { full = true } = {}) => actions.refund(world, sessionId, full),
    dispute: async (sessionId) => actions.dispute(world, sessionId),
    cancelSubscription: async (sessionId) => actions.cancelSubscription(world, sessionId),
    emit: async (rawBody) => events.adopt(rawBody).id,
    events: events.records,
    idle: deliverer.idle,
    redeliver: async (eventId) => {
      const record = events.records.find((element) => element.id === eventId);
      if (record === undefined) throw new Error(`the sandbox's Stripe has no event ${eventId}`);
      return deliverer.redeliver(record);
    },
    faults,
    requests: api.requests,
    onRequest: (hook) => {
      api.hooks.add(hook);
      return () => void api.hooks.delete(hook);
    },
  };
}
