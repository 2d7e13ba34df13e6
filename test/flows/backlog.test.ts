import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { alerts, liveMessages, serversOf, textOf } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const DAY = 86_400_000;
const PACE = 1_000;
const held = useWorld({
  factor: 20,
  installMs: 2_000,
  startBot: false,
  timings: { undeliveredMs: 5_000, sessionsMs: 5_000, recoverPaceMs: PACE },
});

it('a backlog of three days is worked off one after the other at its pace, each purchase once, through a kill; none from before the cutover', async () => {
  const world = held.get();
  const { database, stripe } = world;
  const sale = (count: number, itemType: string) =>
    Promise.all(
      Array.from({ length: count }, () =>
        stripe.checkout({
          planId: 'among-us-1gb',
          region: 'eu-west',
          itemType,
          email: `${crypto.randomUUID()}@example.com`,
        }),
      ),
    );
  // Times of Stripe are whole seconds.
  const before = await sale(5, 'voice');
  await world.changeTime({ skipMs: 2_000 });
  await database`update orderly_settings set value = to_jsonb(orderly_now()) where key = 'cutover_at'`;
  await world.changeTime({ skipMs: 2_000 });
  // Of one half Stripe knows that nobody took them, of the other it made events for nobody.
  const tried = [...(await sale(70, 'voice')), ...(await sale(4, 'game'))];
  stripe.faults.deliveryPaused = true;
  const unheard = [...(await sale(72, 'voice')), ...(await sale(4, 'game'))];
  await world.changeTime({ skipMs: 3 * DAY });
  const sold = [...tried, ...unheard].map(({ sessionId }) => sessionId);
  const found = async () => (await database`select count(*)::int as count from orderly_purchases`)[0]?.count;

  await world.bot.start();
  await until('half of them', async () => (await found()) >= 75, 60_000, found);
  await world.bot.kill();
  const atKill = await found();
  expect(atKill).toBeLessThan(150);
  expect(await database`select from orderly_checks where name = 'sessions'`).toHaveLength(0);
  await world.bot.start();
  await until('all of them', async () => (await found()) >= 150, 60_000, found);
  await until(
    'the cursors',
    async () =>
      (await database`select from orderly_checks where name in ('sessions', 'undelivered')`).length === 2,
  );

  const rows = await database`select session_id, order_id from orderly_purchases`;
  expect(rows.map((row) => row.session_id).toSorted()).toEqual(sold.toSorted());
  expect(new Set(rows.map((row) => row.order_id)).size).toBe(150);
  expect(await database`select from orders`).toHaveLength(150);
  for (const { sessionId } of before) expect(sold).not.toContain(sessionId);

  const notes =
    await database`select purchase_id, at, detail from orderly_timeline where kind = 'recovered' order by at`;
  expect(new Set(notes.map((note) => note.purchase_id)).size).toBe(150);
  expect(notes).toHaveLength(150);
  const gaps = notes.slice(1).map((note, index) => note.at - notes[index]!.at);
  // A timer of the machine may be a millisecond early, which is twenty of this clock.
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(PACE - 40);

  // What was taken before the kill was not asked for again, but for the one that was in hand.
  const voices = new Set(unheard.slice(0, 72).map(({ sessionId }) => `/v1/checkout/sessions/${sessionId}`));
  const asked = stripe.requests.filter(({ path }) => voices.has(path)).length;
  expect(asked).toBeGreaterThanOrEqual(72);
  expect(asked).toBeLessThanOrEqual(73);

  const games = await database`select id from orderly_purchases where item_type = 'game'`;
  for (const { id } of games) await until(`a server of ${id}`, () => serversOf(world, id).length > 0, 30_000);
  for (const { id } of games) expect(serversOf(world, id)).toHaveLength(1);
  expect(alerts(world).filter((message) => message.pings.roles.length > 0)).toEqual([]);
  const words = await until('its message', () => textOf(liveMessages(world, games[0]!.id)[0]) || null);
  expect(words).toContain('Recovered');
  expect(words).toMatch(
    /Stripe could not deliver it since <t:\d+:R>\. `we_\w+|is disabled: Stripe makes events and sends none/,
  );
  const since = Number(/since <t:(\d+):R>/.exec(words)?.[1]) * 1000;
  expect(world.clock.now() - since).toBeGreaterThan(3 * DAY);
}, 180_000);
