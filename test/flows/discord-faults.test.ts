import { afterEach, expect, it } from 'vitest';
import { Permission } from '../../sandbox/discord/index.ts';
import { until, type World } from '../../sandbox/world.ts';
import { pass } from '../helpers/pass.ts';
import { alerts, buy, liveMessages, messages, row, textOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 10 });

afterEach(() => {
  const off = { noPermission: false, channelLost: false, oldEdits: false, editsLimited: false };
  Object.assign(held.get().discord.faults, off);
  held.get().panel.faults.down = false;
});

async function troubles(world: World): Promise<string[]> {
  const answer = await fetch(`${world.botUrl}/readyz`);
  return ((await answer.json()) as { troubles: string[] }).troubles;
}

/** Calls that Discord refused since a moment of the clock: it shuts out whoever has too many. */
const refused = (world: World, sinceMs: number) =>
  world.discord.requests.filter(({ status, atMs }) => (status === 403 || status === 404) && atMs >= sinceMs);

it.each([
  [
    'lost permission',
    'may not write',
    (world: World, on: boolean) => (world.discord.faults.noPermission = on),
  ],
  ['lost channel', 'is gone', (world: World, on: boolean) => (world.discord.faults.channelLost = on)],
  [
    'lost access',
    'cannot see',
    (world: World, on: boolean) =>
      world.discord.changeOverwrite(
        world.discord.channels.purchases,
        world.discord.guildId,
        on ? { allow: 0n, deny: Permission.ViewChannel } : null,
      ),
  ],
] as const)('%s: says what to click, tries seldom, and catches up', async (_name, words, turn) => {
  const world = held.get();
  await untilReady(world, await buy(world));
  turn(world, true);
  const sinceMs = world.clock.now();
  const sales = await Promise.all(Array.from({ length: 4 }, () => buy(world)));
  await until('a trouble', async () => (await troubles(world)).some((one) => one.includes(words)));
  await pass(world, 60_000);
  // Those under way when it began, then after 1, 2, 4, 8, 16, 32 seconds.
  expect(refused(world, sinceMs).length).toBeGreaterThan(3);
  expect(refused(world, sinceMs).length).toBeLessThan(16);
  const rows = await world.database`select error from orderly_messages where error like ${`%${words}%`}`;
  expect(rows.length).toBeGreaterThan(0);

  turn(world, false);
  for (const sale of sales) await untilReady(world, sale);
  expect(await troubles(world)).toEqual([]);
  for (const sale of sales) expect(liveMessages(world, sale.id)).toHaveLength(1);
  expect(alerts(world)).toEqual([]);
});

it('a message older than an hour that Discord lets nobody edit is posted anew when its state matters', async () => {
  const world = held.get();
  world.discord.faults.oldEdits = true;
  const sale = await buy(world);
  const first = await until('a message', () => liveMessages(world, sale.id)[0]);
  await untilReady(world, sale);
  const [live, ...others] = liveMessages(world, sale.id);
  expect(others).toEqual([]);
  expect(live?.id).not.toBe(first.id);
  expect(messages(world)).not.toContain(first);
  world.discord.faults.oldEdits = false;
});

it('progress of such a message waits, and is not posted anew', async () => {
  const world = held.get();
  world.panel.faults.down = true;
  const sale = await buy(world);
  const first = await until('a message', () => liveMessages(world, sale.id)[0]);
  await until('failed', () => textOf(liveMessages(world, sale.id)[0]).includes('🔴'));
  world.discord.faults.oldEdits = true;
  const behind = async () => {
    const [found] = await world.database`
      select shown_version < wanted_version as behind, error, generation from orderly_messages where subject = ${sale.id}`;
    return found?.behind && String(found.error).includes('older than an hour') && found.generation === 1;
  };
  await world.database`update orderly_purchases set incident_id = null, failure_code = null where id = ${sale.id}`;
  await world.database`select orderly_touch(${sale.id})`;
  await until('put off', behind);
  expect(liveMessages(world, sale.id)).toEqual([first]);
  world.discord.faults.oldEdits = false;
  world.panel.faults.down = false;
  await world.database`update orderly_purchases set look_at = orderly_now() where id = ${sale.id}`;
  await untilReady(world, sale);
  expect(liveMessages(world, sale.id)).toEqual([first]);
});

it('edits that are limited hold nothing up: a first message and an alert go out meanwhile', async () => {
  const world = held.get();
  const sale = await buy(world);
  const first = await until('a message', () => liveMessages(world, sale.id)[0]);
  world.discord.faults.editsLimited = true;
  const before = alerts(world).length;
  const failing = await buy(world, { planId: 'no-such-plan' });
  const other = await buy(world);
  await until('the alert', () => alerts(world).length > before);
  await until('both messages', () =>
    [failing, other].every(({ id }) => liveMessages(world, id).length === 1),
  );
  await until('ready', async () => (await row(world, sale.id)).install === 'ready');
  const edited = first.history.length;
  world.discord.faults.editsLimited = false;
  await untilReady(world, sale);
  // What it was when the edit was refused is never sent: only what it is.
  expect(JSON.stringify(first.history[edited])).toContain('🟢');
  await untilReady(world, other);
  expect(liveMessages(world, sale.id)).toEqual([first]);
});
