import { beforeEach, expect, it } from 'vitest';
import { TIMINGS } from '../../src/orders/timings.ts';
import { watchSender } from '../../src/reconcile/watch-sender.ts';
import { createStore } from '../../src/store/store.ts';
import { API_VERSION } from '../../src/stripe/effect.ts';
import { createSqlCall, useDatabase } from '../helpers/database.ts';
import { createTestClient, startTestStripe } from '../stripe/support.ts';

const held = useDatabase();
const publicUrl = 'http://127.0.0.1:1';

beforeEach(async () => {
  await held.get()`truncate orderly_events, orderly_refusals, orderly_checks, orderly_incidents, orderly_incident_purchases,
    orderly_purchases, orderly_messages, orders`;
});

const store = () =>
  createStore({ call: createSqlCall(held.get()), timings: TIMINGS, deadlineMs: TIMINGS.deadlineMs });

/** The endpoint as it should be. */
const right = {
  id: 'we_1',
  url: `${publicUrl}/stripe-webhook`,
  status: 'enabled',
  enabled_events: ['*'],
  livemode: false,
  api_version: API_VERSION,
};
const endpointIsRight: Parameters<typeof watchSender>[0]['stripe'] = {
  listWebhookEndpoints: async () => ({ kind: 'ok', value: [right] }),
};

/** A look at the sender, by default with an endpoint that is as it should be. @returns the warnings that stand then. */
async function look(stripe = endpointIsRight) {
  const why = await watchSender({ store: store(), stripe, publicUrl });
  const open = await held.get()`
    select code, severity, detail from orderly_incidents where closed_at is null order by code`;
  return { why, open: open.map((one) => ({ ...one })), codes: open.map(({ code }) => code) };
}

async function listed() {
  const simulator = await startTestStripe({ endpointUrl: () => `${publicUrl}/stripe-webhook` });
  return { simulator, client: createTestClient(simulator.url) };
}

const event = (id: string) => ({
  ...{ id, type: 'product.created', livemode: false, api_version: null, raw: '{}' },
  ...{ made_at: new Date().toISOString(), session_id: null, subscription_id: null },
  effect: { kind: 'ignore' as const, reason: 'a test' },
});
const refuse = (code: string | undefined, reason = 'no signature matches', ago_ms = 0) =>
  store().refuse({ path: '/stripe-webhook', status: 400, reason, code, ago_ms });

/** One event every so many minutes, from so many hours ago to so many hours ago. */
const came = (minutes: number, fromHours: number, toHours: number) =>
  held.get()`insert into orderly_events (id, type, livemode, received_at, delivered_at, state, raw)
    select 'evt_' || gen_random_uuid(), 'x', false, at, at, 'ignored', '{}' from generate_series(
      orderly_now() - ${fromHours} * interval '1 hour', orderly_now() - ${toHours} * interval '1 hour', ${minutes} * interval '1 minute') at`;

it.each<[string, () => Promise<unknown>, string[]]>([
  ['comes as ever', () => came(30, 340, 0.4), []],
  ['stops for two hours, where one in half an hour is usual', () => came(30, 340, 2.2), ['events_silent']],
  ['stops for an hour and a half, where one in half an hour is usual', () => came(30, 340, 1.4), []],
  ['stops for five hours, where one in two hours is usual', () => came(120, 340, 5.5), []],
  ['stops for ten hours, where one in two hours is usual', () => came(120, 340, 10), ['events_silent']],
  ['stops for two hours in a shop of three days', () => came(30, 72, 2.2), []],
])('what %s', async (_, rows, expected) => {
  await rows();
  expect((await look()).codes).toEqual(expected);
});

it.each([
  [20, []],
  [70, ['events_silent']],
])(
  'after a night of thirteen hours, when the day usually begins %d minutes ago, the silence so far is %j',
  async (minutes, expected) => {
    for (let day = 1; day <= 14; day += 1) await came(10, 24 * day + minutes / 60, 24 * day - 11);
    expect((await look()).codes).toEqual(expected);
  },
);

it.each(['secret_wrong', 'secret_of_other_mode', 'body_changed', 'clock_wrong'])(
  'three refusals in a row for %s are a warning of that cause, which a delivery ends',
  async (code) => {
    await refuse(code);
    await refuse(code);
    expect((await look()).codes).toEqual([]);
    await refuse(code);
    expect((await look()).open).toMatchObject([{ code, severity: 'warning' }]);
    await store().ingest([event('evt_good')]);
    await refuse(code);
    expect((await look()).codes).toEqual([]);
  },
);

it('what is found by asking is no delivery: the warning stands until Stripe itself gets through, with whatever event', async () => {
  for (let count = 0; count < 3; count += 1) await refuse('secret_wrong');
  await store().recover(event('evt_asked'), 'found');
  await store().recover(event('reconcile:cs_1:paid'), 'found');
  const sql = held.get();
  await sql`insert into orderly_events (id, type, livemode, received_at, state, raw)
    values ('staff_1', 'orderly.backfill', false, orderly_now(), 'processed', '{}')`;
  expect((await look()).codes).toEqual(['secret_wrong']);
  expect(await store().sender()).toMatchObject({ last_event_at: null });
  await store().ingest([event('evt_asked')]);
  expect((await look()).codes).toEqual([]);
  expect((await store().sender()).last_event_at).not.toBeNull();
});

it('one thin payload keeps its alert until an hour has passed and a whole event came', async () => {
  const sql = held.get();
  const thin = () =>
    store().warn({
      fingerprint: 'sender:thin_events',
      code: 'thin_events',
      severity: 'alert',
      detail: 'thin',
    });
  await thin();
  await refuse('thin_events', 'this is a thin event');
  expect((await look()).open).toMatchObject([{ code: 'thin_events', severity: 'alert' }]);
  await store().ingest([event('evt_whole')]);
  expect((await look()).codes).toEqual(['thin_events']);
  await sql`update orderly_refusals set at = at - interval '61 minutes'`;
  expect((await look()).codes).toEqual([]);
  const [over] = await sql`select close_reason from orderly_incidents where code = 'thin_events'`;
  expect(over?.close_reason).toBe('mended');
  // Without a whole event since, it is no older for that.
  await sql`update orderly_events set delivered_at = delivered_at - interval '2 hours'`;
  expect((await look()).codes).toEqual(['thin_events']);
});

it("strangers' calls hide no cause, and other paths and older days say nothing", async () => {
  for (let count = 0; count < 30; count += 1) await refuse(undefined, `nonsense ${count % 12}`);
  await refuse('body_changed');
  expect((await look()).open).toMatchObject([
    {
      code: 'body_changed',
      detail: '1 of 31 refused deliveries since the last good one: no signature matches',
    },
  ]);
  await held.get()`update orderly_refusals set at = at - interval '25 hours'`;
  for (let count = 0; count < 5; count += 1)
    await store().refuse({ path: '/servers-provision', status: 401, reason: 'no token' });
  expect((await look()).codes).toEqual([]);
});

it('a warning of the endpoint stands while Stripe does not answer, and ends when it is seen to be right', async () => {
  const { simulator, client } = await listed();
  expect((await look(client)).codes).toEqual([]);
  simulator.faults.deliveryPaused = true;
  expect((await look(client)).codes).toEqual(['endpoint_disabled']);
  simulator.faults.api500 = true;
  expect((await look(client)).codes).toEqual(['endpoint_disabled']);
  simulator.faults.api500 = false;
  simulator.faults.api403 = true;
  expect((await look(client)).codes).toEqual(['endpoint_disabled', 'stripe_key']);
  simulator.faults.api403 = false;
  simulator.faults.api500 = true;
  expect((await look(client)).codes).toEqual(['endpoint_disabled', 'stripe_key']);
  simulator.faults.api500 = false;
  simulator.faults.deliveryPaused = false;
  expect((await look(client)).codes).toEqual([]);
});

it('what Stripe does not answer keeps no warning of deliveries, which go well again', async () => {
  const { simulator, client } = await listed();
  for (let count = 0; count < 3; count += 1) await refuse('secret_wrong');
  expect((await look(client)).codes).toEqual(['secret_wrong']);
  await store().ingest([event('evt_good')]);
  simulator.faults.api500 = true;
  expect((await look(client)).codes).toEqual([]);
});

it('a refusal with a code of another version names no cause', async () => {
  for (let count = 0; count < 3; count += 1) await refuse('a_code_to_come');
  expect((await look()).codes).toEqual(['signatures_failing']);
});

it('an endpoint that was right is known by its id when its address changes', async () => {
  const { simulator, client } = await listed();
  await look(client);
  simulator.faults.endpointTypo = true;
  for (let times = 0; times < 3; times += 1)
    expect((await look(client)).codes).toEqual(['endpoint_url_changed']);
});

it('why a purchase did not come follows from what is seen now', async () => {
  const { simulator, client } = await listed();
  expect((await look(client)).why('unheard')).toContain('sent it to nobody');
  await refuse('body_changed');
  expect((await look(client)).why('undelivered')).toBe('we answered 400: no signature matches');
  simulator.faults.deliveryPaused = true;
  expect((await look(client)).why('undelivered')).toContain('is disabled');
});
