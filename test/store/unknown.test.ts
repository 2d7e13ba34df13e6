import { beforeEach, expect, it } from 'vitest';
import { call, sellOrder, useDatabase } from '../helpers/database.ts';

const held = useDatabase();

beforeEach(async () => {
  await held.get()`truncate orderly_purchases, orderly_events, orderly_timeline, orderly_incidents, orderly_incident_purchases, orderly_messages, orders`;
});

const unknown = async (asked: object) => call(held.get(), 'orderly_unknown', asked);
const session = (payment_status = 'paid', subscription_id: string | null = 'sub_1') => ({
  sessions: [{ id: 'cs_1', subscription_id, payment_status }],
});
const purchase = (facts: object) =>
  held.get()`insert into orderly_purchases ${held.get()({ id: crypto.randomUUID(), source: 'stripe', payment: 'paid', ...facts })}`;
const event = (id: string) =>
  held.get()`insert into orderly_events (id, type, livemode, received_at, state, raw) values (${id}, 'x', false, now(), 'processed', '{}')`;
const order = (server: string | null) =>
  held.get()`insert into orders (user_id, plan_id, item_type, status, stripe_sub_id, pterodactyl_server_id)
    values (gen_random_uuid(), 'among-us-1gb', 'game', 'paid', 'sub_1', ${server})`;

it.each<[string, () => Promise<unknown>, object, boolean]>([
  ['nobody told of', async () => {}, session(), true],
  ['has its purchase', () => purchase({ session_id: 'cs_1' }), session('paid', null), false],
  ['has the purchase of another session', () => purchase({ session_id: 'cs_2' }), session(), true],
  [
    'has a purchase that waits, as it does',
    () => purchase({ session_id: 'cs_1', payment: 'waiting' }),
    session('unpaid', null),
    false,
  ],
  [
    'was paid, and its purchase still waits',
    () => purchase({ session_id: 'cs_1', payment: 'waiting' }),
    session('paid', null),
    true,
  ],
  [
    'is free, and its purchase still waits',
    () => purchase({ session_id: 'cs_1', payment: 'waiting' }),
    session('no_payment_required', null),
    true,
  ],
  [
    'failed to be paid, as was told',
    () => purchase({ session_id: 'cs_1', payment: 'failed' }),
    session('unpaid', null),
    false,
  ],
  ['is known by its subscription', () => purchase({ subscription_id: 'sub_1' }), session(), false],
  [
    'has a subscription whose purchase waits',
    () => purchase({ subscription_id: 'sub_1', payment: 'waiting' }),
    session(),
    true,
  ],
  ['was looked at and is none of ours', () => event('reconcile:cs_1:paid'), session(), false],
  ['was looked at while it was not paid', () => event('reconcile:cs_1:unpaid'), session(), true],
  ['is an order of the site with a server', () => order('7'), session(), false],
  ['is an order of the site without one', () => order(null), session(), true],
])('a session that %s is asked about or not', async (_, rows, asked, isUnknown) => {
  await rows();
  expect(await unknown(asked)).toMatchObject({ sessions: isUnknown ? ['cs_1'] : [], events: [] });
});

it('an event that we have is not taken again', async () => {
  await event('evt_1');
  expect(await unknown({ events: ['evt_1', 'evt_2'] })).toMatchObject({ events: ['evt_2'], sessions: [] });
});

it('sessions that wait for money are asked about in turn, none that is closed, young or of the site', async () => {
  const sql = held.get();
  const old = new Date(Date.now() - 61 * 60_000);
  const waits = { payment: 'waiting', created_at: old };
  for (const id of ['cs_a', 'cs_b', 'cs_c']) await purchase({ ...waits, id, session_id: id });
  await purchase({ ...waits, session_id: 'cs_closed', closed_at: old });
  await purchase({ ...waits, session_id: 'cs_young', created_at: new Date(Date.now() - 59 * 60_000) });
  await purchase({ ...waits, session_id: 'cs_paid', payment: 'paid' });
  await purchase(waits);
  const next = async (limit: number) => (await call(sql, 'orderly_waiting_sessions', { limit })).sessions;
  expect(await next(2)).toEqual(['cs_a', 'cs_b']);
  expect(await next(2)).toEqual(expect.arrayContaining(['cs_c', 'cs_a']));
  expect(await next(9)).toHaveLength(3);
});

it('what is found is told of once, and only where it is what made the purchase paid', async () => {
  const sql = held.get();
  const recover = (id: string, facts: object, why: string | null = 'a test') =>
    call(sql, 'orderly_recover', {
      ...{ deadline_ms: 600_000, why },
      event: {
        id,
        type: 'x',
        livemode: false,
        raw: '{}',
        session_id: 'cs_1',
        effect: { kind: 'session', facts },
      },
    });
  const facts = {
    ...{
      purchase_id: '11111111-0000-5000-8000-000000000009',
      session_id: 'cs_1',
      livemode: false,
      problem: null,
    },
    ...{
      user_id: '7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21',
      item_type: 'game',
      plan_id: 'among-us-1gb',
      term: 'monthly',
    },
    ...{ region: 'eu-west', email: 'buyer@example.com', bought_at: '2026-11-24T12:00:00Z' },
  };
  expect(await recover('evt_1', { ...facts, payment: 'waiting' })).toMatchObject({
    outcome: 'stored',
    recovered: false,
  });
  expect(await recover('evt_2', { ...facts, payment: 'paid' })).toMatchObject({
    outcome: 'stored',
    recovered: true,
  });
  expect(await recover('evt_2', { ...facts, payment: 'paid' })).toMatchObject({
    outcome: 'duplicate',
    recovered: false,
  });
  expect(await recover('evt_3', { ...facts, payment: 'paid' })).toMatchObject({
    outcome: 'stored',
    recovered: false,
  });
  const notes = await sql`select detail from orderly_timeline where kind = 'recovered'`;
  expect(notes.map(({ detail }) => detail)).toEqual(['a test']);
  const sold = await sellOrder(sql);
  expect(
    await sql`select from orderly_timeline where kind = 'recovered' and purchase_id = ${sold}`,
  ).toHaveLength(0);
});
