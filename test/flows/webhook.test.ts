import { readFileSync } from 'node:fs';
import Stripe from 'stripe';
import { expect, it } from 'vitest';
import { until, WEBHOOK_SECRET } from '../../sandbox/world.ts';
import { alerts, textOf } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const PREVIOUS = 'whsec_the_one_before_0123';
const held = useWorld({ env: { STRIPE_WEBHOOK_SECRET_PREVIOUS: PREVIOUS } });

const ignored = (id: string) =>
  JSON.stringify({
    id,
    object: 'event',
    type: 'product.created',
    livemode: false,
    api_version: '2026-10-28.endive',
    created: 1793520000,
    data: { object: { id: 'prod_1' } },
  });

type Call = {
  body?: string;
  secret?: string;
  at?: number;
  headers?: Record<string, string>;
  method?: string;
};

async function call({
  body = ignored('evt_1'),
  secret = WEBHOOK_SECRET,
  at,
  headers = {},
  method = 'POST',
}: Call) {
  const world = held.get();
  const timestamp = Math.floor((at ?? world.clock.now()) / 1000);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
  const answer = await fetch(`${world.botUrl}/stripe-webhook`, {
    method,
    headers: { 'content-type': 'application/json', 'stripe-signature': signature, ...headers },
    ...(method === 'GET' ? {} : { body }),
  });
  return { status: answer.status, said: await answer.text(), allow: answer.headers.get('allow') };
}

it('stores and answers 200 to a new event, a repeated one and one signed with the secret before', async () => {
  expect(await call({ body: ignored('evt_a') })).toMatchObject({
    status: 200,
    said: '{"received":true,"state":"ignored"}',
  });
  expect((await call({ body: ignored('evt_a') })).status).toBe(200);
  expect((await call({ body: ignored('evt_b'), secret: PREVIOUS })).status).toBe(200);
  const rows = await held.get()
    .database`select id, raw from orderly_events where id in ('evt_a', 'evt_b') order by id`;
  expect(rows).toEqual([
    { id: 'evt_a', raw: ignored('evt_a') },
    { id: 'evt_b', raw: ignored('evt_b') },
  ]);
});

it.each<[string, Call, number, string]>([
  ['another secret', { secret: 'whsec_other_0123456789' }, 400, 'no signature matches'],
  ['an old signature', { at: Date.now() - 301_000 }, 400, 'older than 300 seconds'],
  ['no signature', { headers: { 'stripe-signature': '' } }, 400, 'is missing'],
  ['a malformed signature', { headers: { 'stripe-signature': 'nonsense' } }, 400, 'malformed'],
  ['a body that is not JSON', { body: 'not json' }, 400, 'not JSON'],
  ['JSON that is no event', { body: '{}' }, 400, 'not a Stripe event'],
  ['another content type', { headers: { 'content-type': 'text/plain' } }, 415, 'application/json'],
  ['a body that is too large', { body: `{"a":"${'x'.repeat(300_000)}"}` }, 413, '256 KiB'],
  ['another method', { method: 'GET' }, 405, 'POST only'],
])('refuses %s with a reason in one line, and keeps that it did', async (_name, what, status, reason) => {
  const answer = await call(what);
  expect([answer.status, answer.said]).toEqual([status, expect.stringContaining(reason)]);
  const kept = await until('the refusal', async () => {
    const [row] = await held.get()
      .database`select status, reason from orderly_refusals order by id desc limit 1`;
    return row?.status === status && row;
  });
  expect(kept.reason).toContain(reason);
});

it('an altered byte is refused, and nothing is stored', async () => {
  const world = held.get();
  const signature = Stripe.webhooks.generateTestHeaderString({
    payload: ignored('evt_c'),
    secret: WEBHOOK_SECRET,
    timestamp: Math.floor(world.clock.now() / 1000),
  });
  expect((await call({ body: ignored('evt_d'), headers: { 'stripe-signature': signature } })).status).toBe(
    400,
  );
  expect(await world.database`select from orderly_events where id = 'evt_d'`).toHaveLength(0);
});

it('thin payloads are refused and staff are called once', async () => {
  const world = held.get();
  const thin = readFileSync(
    new URL('../fixtures/stripe/thin-event-notification.json', import.meta.url),
    'utf8',
  );
  for (let count = 0; count < 5; count += 1) expect((await call({ body: thin })).status).toBe(400);
  const alert = await until('an alert', () =>
    alerts(world).find((message) => textOf(message).includes('thin payloads')),
  );
  expect(alert.pings.roles).toEqual([world.discord.roles.onCall]);
  // By its fingerprint the look at the sender ends it.
  expect(await world.database`select fingerprint from orderly_incidents where code = 'thin_events'`).toEqual([
    { fingerprint: 'sender:thin_events' },
  ]);
});

it('answers 503 while the database is away, and takes the same event afterwards', async () => {
  const world = held.get();
  world.proxy.faults.down = true;
  expect((await call({ body: ignored('evt_e') })).status).toBe(503);
  expect((await call({ secret: 'whsec_other_0123456789' })).status).toBe(400);
  world.proxy.faults.down = false;
  expect((await call({ body: ignored('evt_e') })).status).toBe(200);
  // How we answered meanwhile is known afterwards.
  await until('both refusals', async () => {
    const rows = await world.database`
      select code from orderly_refusals where code in ('not_stored', 'secret_wrong', 'body_changed')
        and at < (select received_at from orderly_events where id = 'evt_e') order by id desc limit 2`;
    return rows.length === 2 && rows.some(({ code }) => code === 'not_stored');
  });
});

it('keeps a thousand refusals at most', async () => {
  const world = held.get();
  await world.database`insert into orderly_refusals (at, path, status, reason) select now(), '/', 400, 'old' from generate_series(1, 1500)`;
  await call({ body: '{}' });
  await until('the refusals are pruned', async () => {
    const [row] = await world.database`select count(*)::int as count from orderly_refusals`;
    return row?.count <= 1000;
  });
  expect(
    await world.database`select from orderly_refusals where reason like '%not a Stripe event%'`,
  ).not.toHaveLength(0);
});
