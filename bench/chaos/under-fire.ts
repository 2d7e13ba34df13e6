import { join } from 'node:path';
import type { startPostgres } from '../../sandbox/embedded/postgres.ts';
import type { World } from '../../sandbox/world.ts';
import { isOurs, type Sale, sellAll } from './buyers.ts';
import { type Actor, startCast } from './cast.ts';
import { installDisk } from './faults-database.ts';
import { createJournal } from './journal.ts';
import { keepLogs, keepRows } from './keep.ts';
import { readLedger } from './ledger.ts';
import type { Wrong } from './ledger-rows.ts';
import { runMonkey } from './monkey.ts';
import { addRoom } from './more-room.ts';
import { hearPings } from './pings.ts';
import type { Plan } from './plan.ts';
import { mendAll, settle } from './settle.ts';
import { playStaff } from './staff.ts';

type Given = {
  world: World;
  server: Awaited<ReturnType<typeof startPostgres>>;
  /** The roles of each process. */
  layout: string[];
  plan: Plan;
  /** Where the journal is written, the logs of the processes are kept, and what the database held when a promise is broken. */
  folder: string;
  /** Called when the first sale is about to come; what it gives is stopped when all has come to rest. */
  watch?: (actors: Actor[], beganMs: number) => { stop(): void };
};

/** What it came to: `faults` is how often each kind came. */
export type Fought = {
  sales: Sale[];
  faults: Record<string, number>;
  pings: number;
  wrong: Wrong[];
};

/** Sales, faults and staff as the plan says, in real processes; then all is mended, and the ledger is read. */
export async function fight({ world, server, layout, plan, folder, watch }: Given): Promise<Fought> {
  await addRoom(world, plan.sales.length);
  await installDisk(world);
  const journal = createJournal(world.clock, join(folder, 'journal.txt'));
  const heard = hearPings(world.discord);
  const cast = await startCast(world, layout, journal);
  const beganMs = world.clock.now();
  const watching = watch?.(cast.actors, beganMs);
  const stage = { world, server, actors: cast.actors };
  const staff = playStaff(world, plan.acts, journal, beganMs);
  const [sales, faults] = await Promise.all([
    sellAll(world, plan.sales, journal, beganMs),
    runMonkey(stage, plan.faults, journal, beganMs),
  ]);
  journal.note('all is mended');
  await mendAll(world, cast.actors);
  const { deleted } = await staff;
  const left = await settle(world, sales.filter(isOurs).length, journal);
  journal.note(`settled: ${JSON.stringify(left)}`);
  watching?.stop();
  const wrong = await readLedger(world, sales, { ...heard, deleted });
  for (const [what, count] of Object.entries(left))
    wrong.push({ promise: 'it comes to rest', what: `${count} ${what}` });
  await cast.stop();
  keepLogs(cast.actors, folder);
  if (wrong.length > 0) await keepRows(world, folder);
  return { sales, faults, pings: heard.pings.length, wrong };
}
