import { expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { alerts, buy, calls, messages, textOf, untilReady } from '../helpers/purchases.ts';
import { untilAlert } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({
  factor: 10,
  installMs: 3_000,
  isStripeQuiet: true,
  // A slow machine must not make fifty orders overdue, which is an alert of its own.
  timings: { snapshotMs: 500, resumePaceMs: 100, deadlineMs: 60 * 60_000 },
});

/** Every message that notified somebody. */
const pinging = (world: World) =>
  messages(world).filter(
    ({ pings: { roles, users, everyone } }) => roles.length + users.length > 0 || everyone,
  );

it('fifty orders that fail for one cause ping once, and nobody when the cause is gone', async () => {
  const world = held.get();
  world.panel.faults.maintenance = true;
  const sales = await Promise.all(Array.from({ length: 50 }, () => buy(world)));
  const alert = await untilAlert(world, 'in maintenance mode', 60_000);
  await until('fifty under it', () => textOf(alert).includes('Retry all 50'), 60_000);
  expect(pinging(world)).toEqual([alert]);
  expect(alert.pings.roles).toEqual([world.discord.roles.onCall]);
  world.panel.faults.maintenance = false;
  await until(
    'all have their server',
    () => textOf(alert).includes('All 50 orders have their server'),
    90_000,
  );
  for (const sale of sales.slice(0, 3)) await untilReady(world, sale, 60_000);
  expect(pinging(world)).toEqual([alert]);
  expect(alerts(world).map(textOf)).toEqual([textOf(alert)]);
  expect(calls(world)).toEqual([]);
}, 240_000);

it('the same cause again is a new alert that says so, and a log in the thread of each tells what happened', async () => {
  const world = held.get();
  const known = new Set(alerts(world));
  world.panel.faults.maintenance = true;
  const sale = await buy(world, { serverName: 'Second crew' });
  const alert = await until(
    'a new alert',
    () => alerts(world).find((message) => !known.has(message)),
    40_000,
  );
  expect(textOf(alert)).toMatch(
    /2 times in the last 30 days, the last \[#\d+\]\(https:\/\/discord[^)]+\) <t:\d+:R>: over by itself/,
  );
  world.panel.faults.maintenance = false;
  await untilReady(world, sale, 60_000);
  const page = () => world.discord.messages(alert.id)[0];
  await until('its log is over', () => textOf(page()).includes('🏁 Over'), 30_000);
  expect(textOf(page())).toContain('Second crew');
  await until('the thread is folded', () => threadOf(world, alert.id)?.thread?.archived, 30_000);
  expect(threadOf(world, alert.id)?.name).toMatch(/^The panel is in maintenance mode · #\d+$/);
  const first = [...known][0]!;
  await until('the log of fifty', () => world.discord.messages(first.id).length >= 4, 60_000);
  for (const message of [...world.discord.messages(first.id), ...world.discord.messages(alert.id)]) {
    expect(message.pings).toEqual({ everyone: false, roles: [], users: [] });
  }
  const titles = world.discord
    .messages(first.id)
    .map((message) => /Log, page \d+/.exec(textOf(message))?.[0]);
  expect(titles).toEqual(titles.map((_, index) => `Log, page ${index + 1}`));
}, 120_000);

it('where threads can not be made, the alert goes on without one', async () => {
  const world = held.get();
  world.discord.faults.noThreads = true;
  const known = new Set(alerts(world));
  world.panel.faults.maintenance = true;
  const sale = await buy(world);
  const alert = await until(
    'a new alert',
    () => alerts(world).find((message) => !known.has(message)),
    40_000,
  );
  await until('the log said so', async () => {
    const [row] =
      await world.database`select 1 from orderly_messages where kind = 'log' and error is not null`;
    return row !== undefined;
  });
  world.panel.faults.maintenance = false;
  await untilReady(world, sale, 60_000);
  await until('it is over', () => textOf(alert).includes('🟢 Over'));
  expect(threadOf(world, alert.id)).toBeUndefined();
  world.discord.faults.noThreads = false;
}, 90_000);

function threadOf(world: World, id: string) {
  return world.discord.guild().channels.find((channel) => channel.id === id);
}
