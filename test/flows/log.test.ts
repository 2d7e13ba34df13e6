import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { signedEvent } from '../../bench/events.ts';
import { until, type World } from '../../sandbox/world.ts';
import { readConfig } from '../../src/config.ts';
import { METRICS_TOKEN, pageOf } from '../helpers/metrics.ts';
import { alerts, liveMessages, press, purchaseOf, type Sale, untilReady } from '../helpers/purchases.ts';
import { command } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const PROVISION_TOKEN = 'token-of-the-site-0123456789';
const held = useWorld({
  factor: 6,
  installMs: 500,
  env: {
    LOG_LEVEL: 'debug',
    METRICS_TOKEN,
    PROVISION_TOKEN,
    STRIPE_WEBHOOK_SECRET_PREVIOUS: 'whsec_before_0123456789',
  },
});
const EMAIL = 'whole.address@example.com';
/** Names of the same thing that filters on our names would miss. */
const OTHER_NAMES = /"(purchase_?id|order_?id|event_?id|attempt_?id|attempts|hint)":/i;

type Line = Record<string, unknown>;

/** Everything that happens to a purchase: it fails, staff look and press, it is made, the site asks for it, strangers try their luck. */
async function liveThrough(world: World): Promise<Sale> {
  world.panel.faults.maintenance = true;
  const what = { planId: 'among-us-1gb', region: 'eu-west', term: 'monthly' };
  const { sessionId } = await world.stripe.checkout({
    ...what,
    serverName: `Crew of ${EMAIL}`,
    userId: randomUUID(),
    email: EMAIL,
  });
  const sale = await purchaseOf(world, sessionId);
  await until('an alert', () => alerts(world).length > 0);
  await command(world, 'anna', 'inspect', { order: sale.id });
  world.panel.faults.maintenance = false;
  const message = await until('the live message', () => liveMessages(world, sale.id).at(-1));
  await press(world, world.discord.people.anna, message, 'inspect');
  await press(world, world.discord.people.anna, alerts(world)[0]!, 'retry');
  await untilReady(world, sale, 30_000);
  for (const token of [PROVISION_TOKEN, 'a-wrong-token-0123456789']) await provision(world, sale.id, token);
  await pageOf(world.botUrl);
  await pageOf(world.botUrl, 'a-wrong-token-0123456789').catch(() => null);
  await deliverWrongly(world);
  world.proxy.faults.down = true;
  await until('the database is missed', () => textOf(world).includes('a sweep failed'));
  world.proxy.faults.down = false;
  return sale;
}

function provision(world: World, orderId: string, token: string) {
  return fetch(`${world.botUrl}/servers-provision`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ order_id: orderId }),
  });
}

function deliverWrongly(world: World) {
  const { body, header } = signedEvent('whsec_of_somebody_else_01', world.clock.now(), 'game');
  const headers = { 'content-type': 'application/json', 'stripe-signature': header };
  return fetch(`${world.botUrl}/stripe-webhook`, { method: 'POST', headers, body });
}

const textOf = (world: World) => readFileSync(world.bot.logFile, 'utf8');
const linesOf = (world: World): Line[] =>
  textOf(world)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

it('at the lowest level no line has a secret, a signature, a payload or a whole e-mail, and those of a purchase name it alike', async () => {
  const world = held.get();
  const { id } = await liveThrough(world);
  const text = textOf(world);
  const secrets = readConfig(world.bot.env()).secrets.filter((secret) => secret.length > 7);
  expect(secrets).toEqual(expect.arrayContaining([METRICS_TOKEN, PROVISION_TOKEN, world.keys.service]));
  expect(secrets.length).toBeGreaterThan(8);
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/whole\.address@|\bv1=[0-9a-f]{10}|Bearer |a-wrong-token|"object":/);
  expect(text).not.toMatch(OTHER_NAMES);

  const lines = linesOf(world);
  const about = (msg: string) => lines.filter((line) => line.msg === msg);
  const [event] =
    await world.database`select id from orderly_events where purchase_id = ${id} order by received_at limit 1`;
  expect(about('event stored')).toContainEqual(
    expect.objectContaining({ event: event?.id, purchase: id, type: 'checkout.session.completed' }),
  );
  for (const outcome of ['failed', 'provisioned'])
    expect(about('looked')).toContainEqual(
      expect.objectContaining({ purchase: id, order: id, attempt: expect.any(Number), outcome }),
    );
  expect(about('shown')).toContainEqual(
    expect.objectContaining({ purchase: id, order: id, kind: 'purchase' }),
  );
  expect(about('the site asked for an order')).toContainEqual(
    expect.objectContaining({ purchase: id, order: id, status: 202 }),
  );
});
