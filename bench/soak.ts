import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../sandbox/embedded/postgres.ts';
import { startWorld, type World } from '../sandbox/world.ts';
import type { Actor } from './chaos/cast.ts';
import { type Pace, planRun } from './chaos/plan.ts';
import { fight } from './chaos/under-fire.ts';
import type { Found } from './figures.ts';
import { type Lag, lagOf, type Sample, sampleOf, tellSoak } from './soak-figures.ts';

const MINUTES = Number(process.env.BENCH_MINUTES ?? 20);
const SEED = 7;
const SAMPLE_MS = 5_000;
/** Nothing is killed: what a process gathers would be gone with it. */
const PACE: Pace = {
  saleMs: 5_000,
  faultMs: 25_000,
  actMs: 15_000,
  actsAfterMs: 10_000,
  faults: { database: 15, redis: 10, panel: 35, discord: 25, stripe: 15 },
};
const LAYOUT = ['webhook,worker,bot', 'webhook,worker,bot'];

/** Twenty minutes in real time at one purchase every five seconds, with faults that come and go: what grows, and whether it keeps up. */
export async function soak(): Promise<Found> {
  const server = await startPostgres({ durable: 'process' });
  try {
    const world = await startWorld({ server, smallHeap: true, timings: { installDeadlineMs: 3 * 60_000 } });
    try {
      return await play(world, server);
    } finally {
      await world.stop();
    }
  } finally {
    await server.stop();
  }
}

async function play(world: World, server: Awaited<ReturnType<typeof startPostgres>>): Promise<Found> {
  const purchases = Math.round((MINUTES * 60_000) / PACE.saleMs);
  const folder = mkdtempSync(join(tmpdir(), 'orderly-soak-'));
  const samples: Sample[] = [];
  const lags: Lag[] = [];
  const { sales, faults, wrong } = await fight({
    ...{ world, server, folder, layout: LAYOUT, plan: planRun(SEED, purchases, PACE) },
    watch: (actors, beganMs) => sample(world, actors, beganMs, samples, lags),
  });
  for (const { promise, what } of wrong) console.log(`  ✗ ${promise}: ${what}`);
  const count = Object.values(faults).reduce((sum, one) => sum + one, 0);
  return tellSoak(
    { minutes: MINUTES, purchases: sales.length, faults: count, wrong: wrong.length },
    samples,
    lags,
  );
}

function sample(world: World, actors: Actor[], beganMs: number, samples: Sample[], lags: Lag[]) {
  let leader = '';
  const look = async () => {
    const minute = (world.clock.now() - beganMs) / 60_000;
    for (const { name, process } of actors) {
      const pid = process.pid();
      if (pid !== null) samples.push({ minute, name, leads: leader.includes(`-${pid}-`), ...sampleOf(pid) });
    }
    const { leader: holder, ...lag } = await lagOf(world);
    leader = holder;
    lags.push({ minute, ...lag });
  };
  // While PostgreSQL is down nothing is read of it.
  const timer = setInterval(() => void look().catch(() => undefined), SAMPLE_MS);
  return { stop: () => clearInterval(timer) };
}
