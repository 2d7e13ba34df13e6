import { expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { call } from '../helpers/database.ts';
import { pass } from '../helpers/pass.ts';
import {
  alerts,
  liveMessages,
  messages,
  purchaseOf,
  row,
  sell,
  serversOf,
  textOf,
  untilReady,
} from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({
  factor: 20,
  installMs: 2_000,
  timings: {
    undeliveredMs: 20_000,
    sessionsMs: 20_000,
    senderMs: 10_000,
    recoverPaceMs: 500,
    slowDeliveryMs: 60_000,
  },
});

it('a purchase whose event was made while the endpoint was disabled is found by asking, and its message says since when and why', async () => {
  const world = held.get();
  world.stripe.faults.deliveryPaused = true;
  const { sessionId } = await sell(world);
  const sale = await purchaseOf(world, sessionId);
  await untilReady(world, sale);
  expect(serversOf(world, sale.id)).toHaveLength(1);
  // Younger than a minute, it may just be slow: nothing is said. The next one is old when it is found.
  expect(textOf(liveMessages(world, sale.id)[0])).not.toContain('Recovered');
  await world.bot.kill();
  const late = await sell(world);
  await pass(world, 90_000);
  await world.bot.start();
  const found = await purchaseOf(world, late.sessionId);
  await untilReady(world, found);
  const words = textOf(liveMessages(world, found.id)[0]);
  expect(words).toContain('Recovered');
  expect(words).toContain('is disabled: Stripe makes events and sends none');
  expect(alerts(world).filter((one) => one.pings.roles.length > 0)).toEqual([]);
});

it('the disabled endpoint is a warning without a ping, which ends when it is enabled', async () => {
  const world = held.get();
  const warning = await until('a warning', () => warnings(world, 'endpoint is disabled')[0]);
  expect(warning.pings).toEqual({ everyone: false, roles: [], users: [] });
  world.stripe.faults.deliveryPaused = false;
  await until('it is over', () => textOf(warning).includes('🟢 Over'));
});

it('deliveries that are all refused: the purchase is found in the list of undelivered events, and the warning says how we answered', async () => {
  const world = held.get();
  world.stripe.faults.wrongSecret = true;
  const { sessionId, eventId } = await sell(world);
  const sale = await purchaseOf(world, sessionId);
  await until('the event is there by itself, beside the session', async () => {
    const [event] = await world.database`select 1 from orderly_events where id = ${eventId}`;
    return event;
  });
  await untilReady(world, sale);
  await sell(world);
  await sell(world);
  const warning = await until('a warning', () => warnings(world, 'signed with another secret')[0]);
  expect(textOf(warning)).toContain('no signature matches');
  world.stripe.faults.wrongSecret = false;
  await sell(world);
  await until('it is over', () => textOf(warning).includes('🟢 Over'));
});

it('what Stripe delivers after it was found by asking changes nothing: one purchase, one server, one message', async () => {
  const world = held.get();
  world.stripe.faults.wrongSecret = true;
  const { sessionId, eventId } = await sell(world);
  const sale = await purchaseOf(world, sessionId);
  world.stripe.faults.wrongSecret = false;
  expect(await world.stripe.redeliver(eventId)).toBe(200);
  await untilReady(world, sale);
  await world.stripe.idle();
  const rows = await world.database`select id from orderly_purchases where session_id = ${sessionId}`;
  expect(rows).toHaveLength(1);
  expect(serversOf(world, sale.id)).toHaveLength(1);
  expect(liveMessages(world, sale.id)).toHaveLength(1);
});

it('two looks at once take each purchase once', async () => {
  const world = held.get();
  world.stripe.faults.deliveryPaused = true;
  const { sessionId } = await sell(world);
  const session = { id: sessionId, subscription_id: null, payment_status: 'paid' };
  expect(await call(world.database, 'orderly_unknown', { sessions: [session] })).toMatchObject({
    sessions: [sessionId],
  });
  const sale = await purchaseOf(world, sessionId);
  world.stripe.faults.deliveryPaused = false;
  expect(await call(world.database, 'orderly_unknown', { sessions: [session] })).toMatchObject({
    sessions: [],
  });
  await untilReady(world, sale);
});

it('a payment that came while nobody was told is found for a purchase that waited for it', async () => {
  const world = held.get();
  const { sessionId } = await world.stripe.checkout({
    planId: 'among-us-1gb',
    region: 'eu-west',
    term: 'monthly',
    serverName: 'Bank debit',
    userId: crypto.randomUUID(),
    email: 'debit@example.com',
    paymentStatus: 'unpaid',
  });
  const sale = await purchaseOf(world, sessionId);
  expect((await row(world, sale.id)).payment).toBe('waiting');
  world.stripe.faults.deliveryPaused = true;
  await world.stripe.asyncPayment(sessionId, 'succeeded');
  await untilReady(world, sale);
  world.stripe.faults.deliveryPaused = false;
});

it("a purchase that can't become an order alerts once, however often it is looked at", async () => {
  const world = held.get();
  world.stripe.faults.deliveryPaused = true;
  const { sessionId } = await sell(world, { planId: 'no-such-plan' });
  const sale = await purchaseOf(world, sessionId);
  const alert = await until('an alert', () =>
    alerts(world).find((one) => textOf(one).includes(sale.id) && one.pings.roles.length > 0),
  );
  await pass(world, 60_000);
  expect(alerts(world).filter((one) => textOf(one).includes(sale.id))).toEqual([alert]);
  world.stripe.faults.deliveryPaused = false;
});

it('nothing from before the cutover is taken', async () => {
  const world = held.get();
  world.stripe.faults.deliveryPaused = true;
  await world.database`update orderly_settings set value = to_jsonb(orderly_now() + interval '1 hour') where key = 'cutover_at'`;
  // A look that is under way goes by the moment that was so when it began.
  const movedAt = world.clock.now();
  await until('looks that began since', async () => {
    const rows = await world.database`select from orderly_checks
      where name in ('sessions', 'undelivered') and result ->> 'until' > ${new Date(movedAt).toISOString()}`;
    return rows.length === 2;
  });
  const before = await sell(world);
  await pass(world, 60_000);
  const rows = await world.database`select id from orderly_purchases where session_id = ${before.sessionId}`;
  world.stripe.faults.deliveryPaused = false;
  expect(rows).toEqual([]);
});

function warnings(world: World, words: string) {
  return messages(world).filter((one) => textOf(one).includes('### 🟡') && textOf(one).includes(words));
}
