import { readdirSync, readFileSync } from 'node:fs';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { SERVICE_KEY } from '../../sandbox/embedded/supabase.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { TIMINGS } from '../../src/orders/timings.ts';
import { resolveEvent } from '../../src/provisioning/resolve-event.ts';
import { createCall } from '../../src/store/call.ts';
import { createStore, type EventToStore } from '../../src/store/store.ts';
import { createStripeClient } from '../../src/stripe/client.ts';
import { toStore } from '../../src/stripe/event-to-store.ts';
import { stripeEvent } from '../../src/stripe/schemas.ts';
import { sharedPostgres } from '../helpers/world.ts';

/** What the right system does with each fixture: the event's state, the order, the problem, and whether staff are called. */
type Outcome = {
  state: string;
  order?: 'game' | 'nothing to do';
  payment?: string;
  problem?: string;
  closed?: true;
};
const PROVISION: Outcome = { state: 'processed', order: 'game', payment: 'paid' };
const rejected = (problem: string, payment = 'paid'): Outcome => ({ state: 'rejected', payment, problem });
const IGNORED: Outcome = { state: 'ignored' };
const DEFERRED: Outcome = { state: 'deferred' };
const WAITING: Outcome = { state: 'processed', payment: 'waiting' };
const CS = 'checkout-session-completed';

const OUTCOMES: Record<string, Outcome> = {
  [CS]: PROVISION,
  [`${CS}-second-event-same-session`]: PROVISION,
  [`${CS}-live`]: rejected('wrong_mode'),
  [`${CS}-extra-metadata`]: PROVISION,
  [`${CS}-user-id-uppercase-padded`]: PROVISION,
  [`${CS}-no-payment-required`]: PROVISION,
  [`${CS}-no-customer`]: PROVISION,
  [`${CS}-old-api-version`]: PROVISION,
  ...Object.fromEntries(
    ['everyone', 'markdown', 'unicode', 'bidi-control', 'max-500', 'emoji-500-units', 'blank', 'shell'].map(
      (kind) => [`${CS}-server-name-${kind}`, PROVISION],
    ),
  ),
  ...Object.fromEntries(
    ['user-id', 'item-type', 'plan-id', 'term', 'region'].map((key) => [
      `${CS}-missing-${key}`,
      rejected('missing_key'),
    ]),
  ),
  [`${CS}-missing-server-name`]: PROVISION,
  [`${CS}-metadata-empty`]: rejected('metadata_missing'),
  [`${CS}-metadata-null`]: rejected('metadata_missing'),
  [`${CS}-user-id-not-uuid`]: rejected('bad_user_id'),
  [`${CS}-unknown-plan`]: rejected('unknown_plan'),
  [`${CS}-unknown-region`]: rejected('unknown_region'),
  [`${CS}-unknown-term`]: rejected('unknown_term'),
  [`${CS}-item-type-not-game`]: { state: 'processed', order: 'nothing to do', payment: 'paid' },
  [`${CS}-mode-payment`]: rejected('not_subscription'),
  [`${CS}-mode-setup`]: IGNORED,
  [`${CS}-payment-unpaid`]: WAITING,
  [`${CS}-async-pending`]: WAITING,
  [`${CS}-no-subscription`]: rejected('no_subscription'),
  [`${CS}-livemode-mismatch`]: rejected('wrong_mode'),
  [`${CS}-connect-account`]: IGNORED,
  'checkout-session-async-payment-succeeded': PROVISION,
  'checkout-session-async-payment-failed': { state: 'processed', payment: 'failed', closed: true },
  'checkout-session-expired': IGNORED,
  'customer-subscription-updated-past-due': DEFERRED,
  'customer-subscription-updated-unpaid': DEFERRED,
  'customer-subscription-updated-active-again': DEFERRED,
  'customer-subscription-updated-active-no-metadata': DEFERRED,
  'customer-subscription-updated-cancel-at-period-end': DEFERRED,
  'customer-subscription-updated-cancel-undone': DEFERRED,
  'customer-subscription-updated-paused': DEFERRED,
  'customer-subscription-deleted': DEFERRED,
  'customer-subscription-deleted-payment-failed': DEFERRED,
  'customer-subscription-deleted-unknown-subscription': DEFERRED,
  'invoice-payment-failed': DEFERRED,
  'invoice-payment-failed-final-attempt': DEFERRED,
  'invoice-paid-first': DEFERRED,
  'invoice-paid-renewal': DEFERRED,
  // Stripe is asked whose it was; the simulated one knows no such payment.
  'charge-refunded-full': DEFERRED,
  'charge-refunded-partial': DEFERRED,
  'charge-dispute-created': DEFERRED,
  'unknown-event-type': IGNORED,
  'unhandled-known-event-type': IGNORED,
};
/** Not an event of this webhook: refused before it is stored (see the signature tests), or an answer of the API. */
const NOT_STORED = /^(thin-event-notification|api-.*)$/;

let world: World;
let store: ReturnType<typeof createStore>;

beforeAll(async () => {
  world = await startWorld({ server: sharedPostgres() });
  store = createStore({
    call: createCall({ url: world.supabase.url, serviceKey: SERVICE_KEY, clock: systemClock }),
    timings: TIMINGS,
    deadlineMs: 600_000,
  });
  // Nothing is delivered by the simulated Stripe: events are handed over here, one by one.
  world.stripe.faults.deliveryPaused = true;
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await world.database`truncate orderly_purchases, orderly_stops, orderly_events, orderly_timeline, orderly_incidents, orderly_incident_purchases, orderly_messages, orders`;
});

it('every fixture is in the table', () => {
  const files = readdirSync(new URL('../fixtures/stripe', import.meta.url)).filter((name) =>
    name.endsWith('.json'),
  );
  const names = files.map((name) => name.replace('.json', '')).filter((name) => !NOT_STORED.test(name));
  expect(names.toSorted()).toEqual(Object.keys(OUTCOMES).toSorted());
});

it.each(Object.entries(OUTCOMES))('%s has the outcome that it should', async (name, outcome) => {
  const event = await ingest(name);
  const [stored] = await world.database`select state from orderly_events where id = ${event.id}`;
  expect(stored?.state).toBe(outcome.state);
  const purchases =
    await world.database`select payment, problem_code, item_type, order_id, closed_at, look_at from orderly_purchases`;
  const [purchase] = purchases;
  expect(purchases).toHaveLength(outcome.payment === undefined ? 0 : 1);
  expect(purchase?.payment).toBe(outcome.payment);
  expect(purchase?.problem_code ?? undefined).toBe(outcome.problem);
  expect(purchase !== undefined && purchase.closed_at !== null ? true : undefined).toBe(outcome.closed);
  const orders = await world.database`select status, user_id::text as user_id from orders`;
  expect(orders).toHaveLength(outcome.order === undefined ? 0 : 1);
  if (outcome.order)
    expect(orders[0]).toMatchObject({ status: 'paid', user_id: '7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21' });
  expect(Boolean(purchase?.look_at)).toBe(outcome.order === 'game');
  const alerts = await world.database`select code from orderly_incidents where severity = 'alert'`;
  expect(alerts.map((alert) => alert.code)).toEqual(outcome.problem === undefined ? [] : [outcome.problem]);
});

it('a deleted subscription and a payment that failed close what waits or has no server; a late success provisions', async () => {
  await ingest(CS);
  await ingest('customer-subscription-deleted');
  expect(await only()).toMatchObject({ close_reason: 'the subscription ended', look_at: null });
  await world.database`truncate orderly_purchases, orderly_stops, orderly_events, orders`;
  await ingest(`${CS}-async-pending`);
  await ingest('checkout-session-async-payment-succeeded');
  expect(await only()).toMatchObject({ payment: 'paid', problem_code: null });
  await world.database`truncate orderly_purchases, orderly_stops, orderly_events, orders`;
  await ingest('checkout-session-async-payment-succeeded');
  await ingest(`${CS}-async-pending`);
  expect(await only()).toMatchObject({ payment: 'paid' });
  expect(await world.database`select from orders`).toHaveLength(1);
});

async function only() {
  const rows = await world.database`select * from orderly_purchases`;
  expect(rows).toHaveLength(1);
  return rows[0];
}

/** As the webhook does it, then as the worker does it where Stripe is to be asked. */
async function ingest(name: string): Promise<EventToStore> {
  const raw = readFileSync(new URL(`../fixtures/stripe/${name}.json`, import.meta.url), 'utf8');
  const event = toStore(stripeEvent.parse(JSON.parse(raw)), raw, false);
  const { events } = await store.ingest([event]);
  if (events[0]?.state === 'received') {
    await world.stripe.emit(raw);
    const stripe = createStripeClient({
      secretKey: 'sk_test_sandbox_0123456789',
      apiUrl: world.stripe.url,
      clock: systemClock,
    });
    const rest = {
      clock: systemClock,
      timings: TIMINGS,
      log: pino({ level: 'silent' }),
      random: () => 0.5,
      holder: 'test',
      store,
      stripe,
    };
    await resolveEvent(rest, event.id);
  }
  return event;
}
