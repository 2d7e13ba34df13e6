import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BotProcess } from '../../sandbox/bot.ts';
import { startWay, type Way } from '../../sandbox/way.ts';
import { until, type World } from '../../sandbox/world.ts';
import { buy, liveMessages, press, type Sale, textOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

/** In real time, as takeovers are; only the patience with a lost connection is shorter. */
const held = useWorld({
  startBot: false,
  installMs: 500,
  timings: { cutOffMs: 3_000, settleMs: 2_500, installPollMs: 500, undeliveredMs: 1e9, sessionsMs: 1e9 },
});
/** From the lead that is given back to the next one's connection. */
const TAKEOVER_MS = 10_000;
const GIVEN_BACK = 'this process is cut off from Discord: another may lead';

const ways: Way[] = [];
let bots: BotProcess[] = [];
let sale: Sale;
let mostConnected = 0;

beforeAll(async () => {
  const world = held.get();
  world.discord.subscribe((event) => {
    if (event.type === 'sessionsChanged') mostConnected = Math.max(mostConnected, event.connected);
  });
  await world.start({ roles: 'webhook,worker', isEndpoint: true });
  for (let started = 0; started < 2; started += 1) {
    const way = await startWay(world.discord.url);
    ways.push(way);
    bots = [...bots, await world.start({ roles: 'bot', env: { DISCORD_API_URL: way.url } })];
    await until('a bot is in Discord', () => world.discord.connectedSessions() === 1);
  }
  sale = await buy(world);
  await untilReady(world, sale);
}, 90_000);

afterAll(async () => {
  for (const way of ways) await way.stop();
});

const message = () => liveMessages(held.get(), sale.id)[0]!;
const says = (name: string) =>
  until(`the message says ${name}`, () => textOf(message()).includes(name), 30_000);
const logOf = (process: BotProcess) => readFileSync(process.logFile, 'utf8');
const timesGivenBack = (process: BotProcess) => logOf(process).split(GIVEN_BACK).length - 1;
const troublesOf = async (process: BotProcess) =>
  ((await (await fetch(`${process.url()}/readyz`)).json()) as { troubles: string[] }).troubles;

async function rename(world: World, name: string): Promise<void> {
  await world.database`update orderly_purchases set server_name = ${name} where id = ${sale.id}`;
  await world.database`select orderly_touch(${sale.id})`;
}

/** Holds the first edit that says this name on its way to Discord. */
function holdEdit(world: World, name: string) {
  const arrived = Promise.withResolvers<void>();
  const { promise: goes, resolve: release } = Promise.withResolvers<void>();
  const forget = world.discord.onRequest(async ({ method, path, body, when }) => {
    if (method !== 'PATCH' || !path.includes('/messages/') || !JSON.stringify(body).includes(name)) return;
    if (when === 'after') return forget();
    arrived.resolve();
    await goes;
  });
  return { arrived: arrived.promise, release };
}

type Leading = { bot: BotProcess; way: Way; hasGivenBack: () => boolean };

/** The bot that leads, its way to Discord, and whether it gave the lead back since. */
async function leading(world: World): Promise<Leading> {
  const [lease] = await world.database`select holder from orderly_leases where name = 'outbox'`;
  const index = bots.findIndex((bot) => String(lease?.holder).includes(`-${bot.pid()}-`));
  const bot = bots[index];
  const way = ways[index];
  if (!bot || !way) throw new Error('none of the bots leads');
  const before = timesGivenBack(bot);
  return { bot, way, hasGivenBack: () => timesGivenBack(bot) > before };
}

/** Waits until this one gave the lead back, then until the other is connected. */
async function takenOver(world: World, { hasGivenBack }: Leading): Promise<void> {
  await until('the lead is given back', hasGivenBack);
  await until('the standby is in Discord', () => world.discord.connectedSessions() === 1, TAKEOVER_MS);
}

it('a short loss of the connection leaves the lead where it is', async () => {
  const world = held.get();
  const { way, hasGivenBack } = await leading(world);
  way.cut('gateway');
  await until('the connection is gone', () => world.discord.connectedSessions() === 0);
  way.mend();
  await until('it is back', () => world.discord.connectedSessions() === 1);
  await rename(world, 'Same leader');
  await says('Same leader');
  expect(hasGivenBack()).toBe(false);
});

it('a leader that has lost its connection for long gives the lead back, and what it had under way is put right', async () => {
  const world = held.get();
  const from = await leading(world);
  const { bot, way } = from;
  const late = holdEdit(world, 'Stale name');
  way.cut('gateway');
  await rename(world, 'Stale name');
  await late.arrived;
  await rename(world, 'True name');
  await takenOver(world, from);
  await says('True name');
  late.release();
  await says('Stale name');
  await says('True name');
  expect((await press(world, world.discord.people.anna, message(), 'inspect')).reply).not.toBeNull();
  await until('the one that left stands by', async () => (await troublesOf(bot)).length === 0);
  way.mend();
}, 90_000);

it('back it goes when the other is cut off altogether, and there are never two connections', async () => {
  const world = held.get();
  const from = await leading(world);
  const { way } = from;
  way.cut('all');
  await takenOver(world, from);
  way.mend();
  await rename(world, 'There and back');
  await says('There and back');
  expect(mostConnected).toBe(1);
}, 90_000);

it.each([
  ['fails', 'all'],
  ['succeeds', null],
] as const)(
  'one whose connection was only being made when it gave way stands by, whether that %s later',
  async (_how, what) => {
    const world = held.get();
    const from = await leading(world);
    const { bot, way } = from;
    way.cut('hang');
    await takenOver(world, from);
    if (what !== null) way.cut(what);
    way.mend();
    await until('it stands by', async () => (await troublesOf(bot)).length === 0);
    expect(bot.isRunning()).toBe(true);
    expect(mostConnected).toBe(1);
  },
  90_000,
);

it('with nobody else it takes the lead again, not ready all the while, and is there when Discord is', async () => {
  const world = held.get();
  const { bot, way } = await leading(world);
  await bots.find((one) => one !== bot)?.halt();
  way.cut('all');
  const before = timesGivenBack(bot);
  await until('the connection is gone', () => world.discord.connectedSessions() === 0);
  await until(
    'it has tried twice',
    async () => {
      expect(await troublesOf(bot)).toContain('discord');
      return timesGivenBack(bot) >= before + 2;
    },
    40_000,
  );
  way.mend();
  await until('it is in Discord', () => world.discord.connectedSessions() === 1, 20_000);
  await rename(world, 'Alone');
  await says('Alone');
  expect(mostConnected).toBe(1);
}, 90_000);
