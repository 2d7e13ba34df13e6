import { afterEach, expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import {
  alerts,
  buy,
  liveMessages,
  row,
  type Sale,
  serversOf,
  textOf,
  untilReady,
} from '../helpers/purchases.ts';
import { untilAlert } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const STANDING_MS = 12_000;
const held = useWorld({
  factor: 8,
  installMs: 1_000,
  isStripeQuiet: true,
  timings: {
    sweepMs: 1_000,
    standingMs: STANDING_MS,
    resumePaceMs: 200,
  },
});

afterEach(() => {
  Object.assign(held.get().panel.faults, { down: false });
  Object.assign(held.get().stripe.faults, { apiDown: false, api403: false, deliveryPaused: false });
});

/** Purchases that wait for the panel, while Stripe's next events do not come. */
async function heldUp(world: World, count: number): Promise<Sale[]> {
  world.panel.faults.down = true;
  const sales = await Promise.all(Array.from({ length: count }, () => buy(world)));
  await world.stripe.idle();
  world.stripe.faults.deliveryPaused = true;
  for (const sale of sales)
    await until('it waits for the panel', async () => (await row(world, sale.id)).incident_id !== null);
  return sales;
}

/** Until all that was known of them before this moment is so old that Stripe is asked again. */
async function grownOld(world: World): Promise<void> {
  const now = world.clock.now();
  await until('they are old', () => world.clock.now() > now + STANDING_MS);
}

const live = (world: World, sale: Sale) => textOf(liveMessages(world, sale.id)[0]);

it('a fresh purchase is provisioned without asking Stripe anything', async () => {
  const world = held.get();
  const before = world.stripe.requests.length;
  await untilReady(world, await buy(world));
  expect(world.stripe.requests.length).toBe(before);
});

it('an order held up is not provisioned when its money went back meanwhile, and nobody is called for that', async () => {
  const world = held.get();
  const sales = await heldUp(world, 5);
  const [refunded, disputed, cancelled, partly, kept] = sales as [Sale, Sale, Sale, Sale, Sale];
  const alert = await untilAlert(world, 'The panel does not answer');
  const late = await world.stripe.refund(refunded.sessionId, { full: true });
  await world.stripe.dispute(disputed.sessionId);
  await world.stripe.cancelSubscription(cancelled.sessionId);
  await world.stripe.refund(partly.sessionId, { full: false });
  await grownOld(world);
  const servers = world.panel.state.servers.length;
  world.panel.faults.down = false;
  for (const sale of [partly, kept]) await untilReady(world, sale, 25_000);
  for (const [sale, reason] of [
    [refunded, 'refunded'],
    [disputed, 'disputed'],
    [cancelled, 'the subscription ended'],
  ] as const) {
    await until(reason, () => live(world, sale).includes('⚫'));
    expect(live(world, sale)).toContain(`\`${reason}\``);
    expect(await row(world, sale.id)).toMatchObject({ close_reason: reason, look_at: null, creates_sent: 0 });
    expect(serversOf(world, sale.id)).toHaveLength(0);
  }
  expect(world.panel.state.servers.length).toBe(servers + 2);
  expect(await world.database`select from orderly_reservations where settled_at is null`).toHaveLength(0);
  await until('the alert counts them all', () =>
    textOf(alert).includes('2 of 5 orders have their server, 3 closed:'),
  );
  expect(alerts(world)).toEqual([alert]);
  // What the event says in the end is known already.
  world.stripe.faults.deliveryPaused = false;
  expect(await world.stripe.redeliver(late)).toBe(200);
  expect(alerts(world)).toEqual([alert]);
});

it.each([
  ['can not be reached', 'apiDown', 'stripe_unreachable', 'Stripe could not be asked'],
  ['refuses our key', 'api403', 'stripe_key_lacks', 'The Stripe key lacks a right'],
] as const)(
  'while Stripe %s an older order waits, is not lost, and goes on afterwards',
  async (_name, fault, code, words) => {
    const world = held.get();
    const [sale] = (await heldUp(world, 1)) as [Sale];
    // Before it is old: a try in between would ask, and what it heard would count for a while.
    world.stripe.faults[fault] = true;
    await grownOld(world);
    world.panel.faults.down = false;
    await until(
      'it waits for Stripe',
      async () => (await row(world, sale.id)).failure_code === code,
      25_000,
      () => row(world, sale.id),
    );
    await until('and says so', () => live(world, sale).includes(words));
    expect(serversOf(world, sale.id)).toHaveLength(0);
    world.stripe.faults[fault] = false;
    await untilReady(world, sale, 25_000);
    expect((await row(world, sale.id)).standing_at).not.toBeNull();
    // That Stripe could not be asked may be a warning of its own for some minutes more.
    const calling = () => alerts(world).filter(({ pings }) => pings.roles.length > 0);
    await until('no alert is open', () => calling().every((alert) => textOf(alert).includes('🟢 Over')));
  },
);
