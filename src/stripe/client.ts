import Stripe from 'stripe';
import { z } from 'zod';
import { boundedFetch } from '../lib/bounded-fetch.ts';
import type { Clock } from '../lib/clock.ts';
import { type ObserveOutbound, observed } from '../lib/outbound.ts';
import { findSessionEvent, findSessions, type SessionEvent, type SessionKey } from './find-sessions.ts';
import { listPages, type StripePages } from './pages.ts';
import { askStripe, type StripeResult } from './result.ts';
import {
  type CheckoutSession,
  checkoutSession,
  invoice,
  type StripeEvent,
  type Subscription,
  stripeEvent,
  subscription,
  type WebhookEndpoint,
  webhookEndpoint,
} from './schemas.ts';
import { readStanding, type Standing } from './standing.ts';

/** An event as the list has it. `raw` is its JSON as a webhook body would carry it, though not byte for byte. */
export type ListedEvent = { event: StripeEvent; raw: string };

/** Where a listing starts, in seconds since the epoch, and how many pages of 100 it takes at most. */
export type ListingWindow = { sinceSeconds?: number; maxPages?: number };

/** What we ask Stripe. It only reads; nothing here can change anything at Stripe. */
export type StripeClient = {
  /** The session as it is now, with its subscription and line items expanded. */
  retrieveSession(sessionId: string): Promise<StripeResult<CheckoutSession>>;
  /** Whether its money went back or its subscription ended. Takes a retrieved session; one request, none if nothing was paid. */
  retrieveStanding(session: CheckoutSession): Promise<StripeResult<Standing>>;
  retrieveSubscription(subscriptionId: string): Promise<StripeResult<Subscription>>;
  /** The subscription that a payment was for (charges and disputes name only the payment); null for a single payment. */
  findSubscriptionOfCharge(charge: { paymentIntentId: string }): Promise<StripeResult<string | null>>;
  /** The sessions, normally one, that made this subscription. */
  listSessionsBySubscription(subscriptionId: string): Promise<StripeResult<CheckoutSession[]>>;
  /** Sessions, the newest first, by what else names them; at most 10. */
  findSessions(by: SessionKey): Promise<StripeResult<CheckoutSession[]>>;
  /** The event that told, or should have told, of a completed session; null when Stripe has none (it keeps 30 days). */
  findSessionEvent(session: { id: string; created: number }): Promise<StripeResult<SessionEvent | null>>;
  listWebhookEndpoints(): Promise<StripeResult<WebhookEndpoint[]>>;
  /**
   * Events made since then that no endpoint took yet, pending ones included; Stripe keeps 30 days, which is the default.
   * `types`: at most 20 names.
   */
  listUndeliveredEvents(window: ListingWindow & { types: string[] }): StripePages<ListedEvent>;
  /**
   * Completed sessions that were *opened* since then. A buyer may take up to a day to pay, so a caller that looks for what
   * was completed since T asks from a day before T. The default is 30 days.
   */
  listCompleteSessions(window: ListingWindow): StripePages<CheckoutSession>;
};

export type StripeClientDeps = {
  secretKey: string;
  /** Default https://api.stripe.com; the sandbox passes its own. */
  apiUrl?: string;
  clock: Clock;
  /** Hears of every request, those that the SDK repeats too; without it, nobody does. */
  observe?: ObserveOutbound;
};

// Events are kept for 30 days: https://docs.stripe.com/webhooks/process-undelivered-events
const KEPT_SECONDS = 30 * 24 * 60 * 60;
const DEFAULT_MAX_PAGES = 20;
/** A page of a hundred events is a tenth of it. */
const MOST_MIB = 8;

const invoicePayments = z.object({ data: z.array(z.object({ invoice: z.string() })) });

/**
 * A read-only client. Every method answers with a result and never throws: a retry policy is the caller's.
 *
 * The SDK gives up an attempt after 10 s without a whole answer and repeats it twice after failed connections and 5xx answers;
 * it does not repeat a 429.
 */
export function createStripeClient(deps: StripeClientDeps): StripeClient {
  const stripe = new Stripe(deps.secretKey, {
    ...connection(deps.apiUrl ?? 'https://api.stripe.com'),
    httpClient: Stripe.createFetchHttpClient(
      // As Stripe's own client for Node: it follows no redirect.
      boundedFetch(MOST_MIB, (url, init) => fetch(url, { ...init, redirect: 'manual' })),
    ),
    timeout: 10_000,
    maxNetworkRetries: 2,
    telemetry: false,
    ...(deps.observe && { httpClient: observedClient(deps.observe) }),
  });
  const since = (window: ListingWindow) => ({
    gte: window.sinceSeconds ?? Math.floor(deps.clock.now() / 1000) - KEPT_SECONDS,
  });
  return {
    retrieveSession: (id) =>
      askStripe('the checkout session', checkoutSession, () =>
        stripe.checkout.sessions.retrieve(id, { expand: ['subscription', 'line_items'] }),
      ),
    retrieveStanding: (session) => readStanding(stripe, session),
    retrieveSubscription: (id) =>
      askStripe('the subscription', subscription, () => stripe.subscriptions.retrieve(id)),
    findSubscriptionOfCharge: ({ paymentIntentId }) => findSubscription(stripe, paymentIntentId),
    listSessionsBySubscription: (id) =>
      askList("the subscription's sessions", checkoutSession, () =>
        stripe.checkout.sessions.list({ subscription: id, limit: 100 }),
      ),
    findSessions: (by) => findSessions(stripe, by),
    findSessionEvent: (session) => findSessionEvent(stripe, session),
    listWebhookEndpoints: () =>
      askList('the webhook endpoints', webhookEndpoint, () => stripe.webhookEndpoints.list({ limit: 100 })),
    listUndeliveredEvents: (window) =>
      listPages(
        'the undelivered events',
        (page) =>
          stripe.events.list({
            ...page,
            types: window.types,
            created: since(window),
            delivery_success: false,
          }),
        readEvent,
        window.maxPages ?? DEFAULT_MAX_PAGES,
      ),
    listCompleteSessions: (window) =>
      listPages(
        'the complete sessions',
        (page) => stripe.checkout.sessions.list({ ...page, status: 'complete', created: since(window) }),
        (element) => checkoutSession.safeParse(element).data ?? null,
        window.maxPages ?? DEFAULT_MAX_PAGES,
      ),
  };
}

/** The SDK's own client. */
function observedClient(observe: ObserveOutbound) {
  const client = Stripe.createNodeHttpClient();
  client.makeRequest = observed(client.makeRequest.bind(client), observe, (answer) => answer.getStatusCode());
  return client;
}

function connection(apiUrl: string): { protocol: 'http' | 'https'; host: string; port: number } {
  const { protocol, hostname, port } = new URL(apiUrl);
  const isPlain = protocol === 'http:';
  return {
    protocol: isPlain ? 'http' : 'https',
    host: hostname,
    port: port === '' ? (isPlain ? 80 : 443) : Number(port),
  };
}

async function askList<T>(what: string, element: z.ZodType<T>, ask: () => Promise<unknown>) {
  const answer = await askStripe(what, z.object({ data: z.array(element) }), ask);
  return answer.kind === 'ok' ? { kind: 'ok' as const, value: answer.value.data } : answer;
}

async function findSubscription(stripe: Stripe, paymentIntent: string): Promise<StripeResult<string | null>> {
  const payments = await askStripe("the payment's invoice", invoicePayments, () =>
    stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: paymentIntent } }),
  );
  if (payments.kind !== 'ok') return payments;
  const [payment] = payments.value.data;
  if (payment === undefined) return { kind: 'ok', value: null };
  const found = await askStripe('the invoice', invoice, () => stripe.invoices.retrieve(payment.invoice));
  if (found.kind !== 'ok') return found;
  return { kind: 'ok', value: found.value.parent?.subscription_details?.subscription ?? null };
}

function readEvent(element: unknown): ListedEvent | null {
  const read = stripeEvent.safeParse(element);
  return read.success ? { event: read.data, raw: JSON.stringify(element) } : null;
}
