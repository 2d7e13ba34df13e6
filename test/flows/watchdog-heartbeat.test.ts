import { expect, it } from 'vitest';
import { z } from 'zod';
import { until, type World } from '../../sandbox/world.ts';
import { takeLease } from '../helpers/lease.ts';
import { pass } from '../helpers/pass.ts';
import { buy } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const MINUTE_MS = 60_000;
const BEAT_MS = 10_000;
const held = useWorld({
  factor: 10,
  hasPager: true,
  timings: { heartbeatMs: BEAT_MS, pagerAfterMs: 30_000 },
});

/** Expects the heart to beat, to be silent a minute after `breakIt`, and to beat again after `mend`. */
async function expectSilence(world: World, breakIt: () => unknown, mend: () => unknown): Promise<void> {
  const { beats } = world.receiver;
  const before = beats.length;
  await until('a beat before', () => beats.length > before);
  await breakIt();
  await pass(world, MINUTE_MS);
  const silentFrom = beats.length;
  await pass(world, 2 * BEAT_MS);
  expect(beats.length).toBe(silentFrom);
  await mend();
  await until('a beat again', () => beats.length > silentFrom);
}

const readySchema = z.object({ troubles: z.array(z.string()) });
const troublesOf = async (world: World) => {
  const answer = await fetch(`${world.botUrl}/readyz`);
  return readySchema.parse(await answer.json()).troubles.join();
};

it('the heart beats while all is alive, and stops within a minute when the database is away', async () => {
  const world = held.get();
  const { faults } = world.proxy;
  await expectSilence(
    world,
    () => {
      faults.down = true;
    },
    () => {
      faults.down = false;
    },
  );
});

it('the heart stops within a minute when the connection to Discord is gone, and /readyz says so', async () => {
  const world = held.get();
  const { faults } = world.discord;
  await expectSilence(
    world,
    async () => {
      faults.gatewayDown = true;
      await until('/readyz names it', async () => (await troublesOf(world)) === 'discord');
    },
    () => {
      faults.gatewayDown = false;
    },
  );
  await until('all well again', async () => (await troublesOf(world)) === '');
});

it('the heart stops when Discord is connected and takes no message', async () => {
  const world = held.get();
  const { faults } = world.discord;
  await expectSilence(
    world,
    async () => {
      faults.noPermission = true;
      await buy(world);
    },
    () => {
      faults.noPermission = false;
    },
  );
});

it('the heart beats on when only the log of an alert can not be written', async () => {
  const world = held.get();
  const { faults } = world.discord;
  faults.noThreads = true;
  await buy(world, { planId: 'no-such-plan' });
  await until('it was tried', () =>
    world.discord.requests.some(({ path, status }) => path.endsWith('/threads') && status === 403),
  );
  await pass(world, MINUTE_MS);
  const { length } = world.receiver.beats;
  await until('two beats', () => world.receiver.beats.length >= length + 2);
  expect(await troublesOf(world)).toBe('');
  faults.noThreads = false;
});

it('the heart stops when the worker does not reach Redis', async () => {
  const world = held.get();
  await expectSilence(
    world,
    () => world.redis.stop(),
    () => world.wipeRedis().catch(() => world.wipeRedis()),
  );
});

it('a process that stands by while another leads the outbox beats too', async () => {
  const world = held.get();
  const giveBack = await takeLease(world, 'outbox');
  await pass(world, MINUTE_MS);
  const { length } = world.receiver.beats;
  await until('two beats', () => world.receiver.beats.length >= length + 2);
  const [lease] = await world.database`select holder from orderly_leases where name = 'outbox'`;
  expect(lease?.holder).toBe('another process');
  await giveBack();
});
