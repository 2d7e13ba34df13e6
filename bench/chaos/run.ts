import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../sandbox/embedded/postgres.ts';
import { startWorld } from '../../sandbox/world.ts';
import { LAYOUTS } from './cast.ts';
import type { Wrong } from './ledger-rows.ts';
import { CHAOS_PACE, type Pace, planRun } from './plan.ts';
import { fight } from './under-fire.ts';

const FACTOR = 10;
/** What is asked only now and then is asked more often, and what takes long is given up sooner: a run ends in minutes. */
const TIMINGS = {
  sessionsMs: 3 * 60_000,
  undeliveredMs: 60_000,
  auditMs: 5 * 60_000,
  installDeadlineMs: 5 * 60_000,
  senderMs: 60_000,
  resumePaceMs: 250,
  outboxMs: 2_000,
  recoverPaceMs: 500,
  // A database that is slow for a tenth of a second is not away: the machine is as slow as ever.
  quickDatabaseMs: 20_000,
  databaseMs: 60_000,
  leadMs: 30_000,
  leadEveryMs: 5_000,
};

/** What the real ones take is scaled as well: what an outage held back would else take most of the run. */
const LIMITS = { panelPerMinute: 1_500, discord: { perChannelRoute: { count: 20, perMs: 5_000 } } };

/** What a run came to. */
export type Outcome = {
  seed: number;
  purchases: number;
  servers: number;
  alerts: number;
  pings: number;
  faults: number;
  /** How many of the faults killed processes. */
  kills: number;
  acts: number;
  seconds: number;
  wrong: Wrong[];
  /** Where the journal and the logs of the processes are. */
  folder: string;
};

/** One run: sales, faults and staff as the seed says, then all is mended, and the ledger is read. */
export async function runChaos(seed: number, purchases: number, pace: Pace = CHAOS_PACE): Promise<Outcome> {
  const began = Date.now();
  const folder = mkdtempSync(join(tmpdir(), `orderly-chaos-${seed}-`));
  const server = await startPostgres({ durable: 'process' });
  try {
    const world = await startWorld({
      factor: FACTOR,
      server,
      installMs: 8_000,
      timings: TIMINGS,
      limits: LIMITS,
    });
    try {
      const layout = LAYOUTS[seed % LAYOUTS.length]!;
      const plan = planRun(seed, purchases, pace);
      const { sales, faults, pings, wrong } = await fight({ world, server, layout, plan, folder });
      const [counts] = await world.database`select
        (select count(*) from orderly_incidents where closed_at is null and severity = 'alert')::int as alerts,
        (select count(*) from orderly_staff_actions)::int as acts`;
      return {
        seed,
        purchases: sales.length,
        servers: world.panel.state.servers.length,
        alerts: Number(counts?.alerts),
        pings,
        faults: Object.values(faults).reduce((sum, count) => sum + count, 0),
        kills: Object.entries(faults).reduce(
          (sum, [name, count]) => sum + (name.includes('kill') ? count : 0),
          0,
        ),
        acts: Number(counts?.acts),
        seconds: Math.round((Date.now() - began) / 1000),
        wrong,
        folder,
      };
    } finally {
      await world.stop();
    }
  } finally {
    await server.stop();
  }
}
