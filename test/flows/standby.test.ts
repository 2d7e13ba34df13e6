import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import type { BotProcess } from '../../sandbox/bot.ts';
import { until, type World } from '../../sandbox/world.ts';
import { buy, liveMessages, press, type Sale, textOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

/** In real time: a takeover is a matter of seconds that people wait for. */
const held = useWorld({
  startBot: false,
  installMs: 500,
  timings: { settleMs: 2_500, installPollMs: 500, undeliveredMs: 1e9, sessionsMs: 1e9 },
});
/** From the death of a leader to the next one's connection. */
const TAKEOVER_MS = 10_000;

let first: BotProcess;
let second: BotProcess;
let sale: Sale;

beforeAll(async () => {
  const world = held.get();
  await world.start({ roles: 'webhook,worker', isEndpoint: true });
  first = await world.start({ roles: 'bot' });
  await until('the first bot is in Discord', () => world.discord.connectedSessions() === 1);
  second = await world.start({ roles: 'bot' });
  sale = await buy(world);
  await untilReady(world, sale);
});

const message = () => liveMessages(held.get(), sale.id)[0]!;

/** Gives the purchase another name, which its message has to follow. */
async function rename(world: World, name: string): Promise<void> {
  await world.database`update orderly_purchases set server_name = ${name} where id = ${sale.id}`;
  await world.database`select orderly_touch(${sale.id})`;
}

const says = (name: string) => until(`the message says ${name}`, () => textOf(message()).includes(name));

/** Holds the first edit that says this name on its way to Discord. */
function holdEdit(world: World, name: string) {
  const arrived = Promise.withResolvers<void>();
  const { promise: goes, resolve: release } = Promise.withResolvers<void>();
  const landed = Promise.withResolvers<void>();
  const forget = world.discord.onRequest(async ({ method, path, body, when }) => {
    if (method !== 'PATCH' || !path.includes('/messages/') || !JSON.stringify(body).includes(name)) return;
    if (when === 'after') return landed.resolve();
    arrived.resolve();
    await goes;
  });
  return {
    arrived: arrived.promise,
    land: async () => {
      release();
      await landed.promise;
      forget();
    },
  };
}

async function leader(world: World): Promise<string> {
  const [lease] = await world.database`select holder from orderly_leases where name = 'outbox'`;
  return String(lease?.holder);
}

const settled = (world: World) =>
  until('what may have been overwritten was written again', async () => {
    const [lease] = await world.database`select settle_at from orderly_leases where name = 'outbox'`;
    return lease?.settle_at === null;
  });
const pressed = async (world: World) => press(world, world.discord.people.anna, message(), 'inspect');
const logOf = (process: BotProcess) => readFileSync(process.logFile, 'utf8');

it('while one is in Discord the other stands by, ready and without a connection', async () => {
  const world = held.get();
  expect(world.discord.connectedSessions()).toBe(1);
  const answer = await fetch(`${second.url()}/readyz`);
  const discord = { ok: true, says: 'stands by' };
  expect(await answer.json()).toMatchObject({ status: 'ready', parts: { discord }, troubles: [] });
  expect((await fetch(`${second.url()}/healthz`)).status).toBe(200);
  expect(logOf(second)).not.toContain('connected to Discord');
});

it('a standby takes over from a leader that was killed, answers, and puts right what an edit of the dead one overwrites', async () => {
  const world = held.get();
  const late = holdEdit(world, 'Stale name');
  await rename(world, 'Stale name');
  await late.arrived;
  await first.kill();
  const unheard = pressed(world);
  await rename(world, 'True name');
  await until('the standby is in Discord', () => world.discord.connectedSessions() === 1, TAKEOVER_MS);
  expect((await unheard).state).toBe('failed');
  await says('True name');
  await late.land();
  await says('Stale name');
  await says('True name');
  await settled(world);
  const heard = await pressed(world);
  expect(heard.reply).not.toBeNull();
});

it('a leader that is told to stop gives the lead back: the standby is there at once', async () => {
  const world = held.get();
  await first.start();
  await until('the one that was killed stands by', async () => (await fetch(`${first.url()}/readyz`)).ok);
  const before = await leader(world);
  await second.halt();
  expect(await leader(world)).not.toBe(before);
  await until('the standby is in Discord', () => world.discord.connectedSessions() === 1, TAKEOVER_MS / 2);
  await rename(world, 'After a calm change');
  await says('After a calm change');
});

it('a leader that stood still for longer than its lease leaves when it goes on, and what it sent meanwhile is put right', async () => {
  const world = held.get();
  await second.start();
  const late = holdEdit(world, 'Sleeping name');
  await rename(world, 'Sleeping name');
  await late.arrived;
  first.pause();
  await rename(world, 'Waking name');
  await until('both have a connection', () => world.discord.connectedSessions() === 2, TAKEOVER_MS);
  await says('Waking name');
  await settled(world);
  const { state } = await pressed(world);
  expect(state).toBe('answered');
  first.resume();
  await until('the one that slept has left', () => world.discord.connectedSessions() === 1);
  expect(logOf(first)).toContain('another process leads in Discord: this one leaves');
  await late.land();
  await says('Sleeping name');
  await says('Waking name');
  expect((await fetch(`${first.url()}/readyz`)).status).toBe(200);
  // What was pressed while two were connected was not answered twice.
  expect(logOf(first)).not.toContain('an interaction could not be answered');
});
