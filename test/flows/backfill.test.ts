import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { alerts, purchaseOf, row, sell, serversOf, textOf, untilReady } from '../helpers/purchases.ts';
import { actionsOn, command, confirmed, sure } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({
  factor: 8,
  installMs: 500,
  isStripeQuiet: true,
  timings: { sweepMs: 1_000, snapshotMs: 500 },
});

afterEach(() => {
  held.get().stripe.faults.deliveryPaused = false;
});

/** Another one each time: one e-mail is one panel user. */
function buyer() {
  const userId = randomUUID();
  return { userId, email: `${userId.slice(0, 8)}@example.com` };
}

/** A checkout whose event Stripe never gets through. */
async function lost(world: World, what: Partial<Parameters<World['stripe']['checkout']>[0]> = {}) {
  world.stripe.faults.deliveryPaused = true;
  const { sessionId } = await world.stripe.checkout({
    ...buyer(),
    planId: 'among-us-1gb',
    region: 'eu-west',
    ...what,
  });
  return { sessionId, eventId: world.stripe.events.at(-1)!.id };
}

const preview = (world: World) =>
  world.discord.interactions.findLast(({ name }) => name === 'provision')!.reply!;

it('a paid session whose event never came is shown, and becomes one order when that is pressed', async () => {
  const world = held.get();
  const { sessionId } = await lost(world, { serverName: 'Lost `one` @everyone', email: 'lost@example.com' });
  const said = await command(world, 'anna', 'provision', { order: sessionId });
  for (const words of ['Orderly never heard of it', 'lo…@example.com', '📍 On', 'memory', 'among-us-1gb'])
    expect(said).toContain(words);
  expect(said).not.toContain('lost@example.com');
  expect(await world.database`select from orderly_purchases where session_id = ${sessionId}`).toHaveLength(0);
  expect(await sure(world, 'anna', preview(world), /"(backfill:[^"]+)"/, '')).toContain('Stripe is asked');
  const sale = await purchaseOf(world, sessionId);
  await untilReady(world, sale);
  expect(serversOf(world, sale.id)).toHaveLength(1);
  expect(await actionsOn(world, sessionId)).toMatchObject([
    { actor_name: 'Anna', action: 'backfill', outcome: 'asking_stripe' },
  ]);
  const [noted] = await world.database`
    select actor from orderly_timeline where purchase_id = ${sale.id} and kind = 'backfill'`;
  expect(noted?.actor).toBe('Anna');
  expect(await sure(world, 'anna', preview(world), /"(backfill:[^"]+)"/, '')).toContain('is there by now');
});

it("Stripe's own event at the same moment makes no second order", async () => {
  const world = held.get();
  for (let round = 0; round < 4; round += 1) {
    const { sessionId, eventId } = await lost(world);
    await command(world, 'anna', 'provision', { order: sessionId });
    const reply = preview(world);
    world.stripe.faults.deliveryPaused = false;
    await Promise.all([
      sure(world, 'anna', reply, /"(backfill:[^"]+)"/, ''),
      sure(world, 'anna', reply, /"(backfill:[^"]+)"/, ''),
      world.stripe.redeliver(eventId),
    ]);
    const sale = await purchaseOf(world, sessionId);
    await untilReady(world, sale);
    await until('nothing left to ask', async () => {
      const open = await world.database`select from orderly_events where state = 'received'`;
      return open.length === 0;
    });
    expect(serversOf(world, sale.id)).toHaveLength(1);
    expect(await world.database`select from orderly_purchases where session_id = ${sessionId}`).toHaveLength(
      1,
    );
    expect(await world.database`select from orders where id::text = ${sale.id}`).toHaveLength(1);
  }
});

it.each([
  ['is not paid', { paymentStatus: 'unpaid' as const }, 'it is not paid'],
  ['is not of a game', { itemType: 'voice' }, 'is not a game'],
])('a session that %s is said to be so, and has no button', async (_name, what, words) => {
  const world = held.get();
  const { sessionId } = await lost(world, what);
  const said = await command(world, 'anna', 'provision', { order: sessionId });
  expect(said).toContain(words);
  expect(said).not.toContain('backfill:');
});

it.each([
  ['lacks what it needs', { metadata: { item_type: 'game' } }, 'metadata lacks user_id'],
  ['sold a plan that is not there', { planId: 'gone-1gb' }, 'no active row with id'],
])(
  'a paid session that %s is said to be so, and can be brought in to be completed',
  async (_name, what, words) => {
    const world = held.get();
    const { sessionId } = await lost(world, what);
    const said = await command(world, 'anna', 'provision', { order: sessionId });
    for (const part of [words, 'It can be brought in', `"backfill:${sessionId}:go"`])
      expect(said).toContain(part);
    await world.stripe.refund(sessionId);
    const over = await command(world, 'anna', 'provision', { order: sessionId });
    expect(over).toContain('the money went back');
    expect(over).not.toContain('backfill:');
  },
);

it('a session that Stripe does not know is said to be so', async () => {
  const said = await command(held.get(), 'anna', 'provision', { order: 'cs_live_1234' });
  expect(said).toContain('Stripe has no such session in the mode of our key');
});

it('a session that was rejected for its metadata becomes an order once Stripe has what it lacked', async () => {
  const world = held.get();
  const { sessionId } = await sell(world);
  const sale = await purchaseOf(world, sessionId);
  await untilReady(world, sale);
  const broken = await world.stripe.checkout({
    ...buyer(),
    planId: 'x',
    region: 'x',
    metadata: { item_type: 'game' },
  });
  const rejected = await purchaseOf(world, broken.sessionId);
  const alert = await until('an alert', () =>
    alerts(world).find((one) => textOf(one).includes(`inspect:${rejected.id}`)),
  );
  expect(await command(world, 'anna', 'provision', { order: rejected.id })).toContain(
    'metadata lacks user_id',
  );
  // Somebody mends it at Stripe.
  world.stripe.changeMetadata(broken.sessionId, {
    user_id: randomUUID(),
    item_type: 'game',
    plan_id: 'among-us-1gb',
    term: 'monthly',
    region: 'eu-west',
  });
  expect(await confirmed(world, 'anna', 'provision', { order: rejected.id })).toContain('Stripe is asked');
  await untilReady(world, rejected);
  await until('the alert is over', () => textOf(alert).includes('🟢 Over'));
  expect(serversOf(world, rejected.id)).toHaveLength(1);
  expect(await row(world, rejected.id)).toMatchObject({ problem_code: null });
});
