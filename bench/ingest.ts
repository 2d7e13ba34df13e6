import { CHILD_ENV, freePort, startChild } from '../sandbox/embedded/child.ts';
import { SERVICE_KEY } from '../sandbox/embedded/supabase.ts';
import { startWorld, WEBHOOK_SECRET } from '../sandbox/world.ts';
import { type Found, printTable, rounded } from './figures.ts';
import { middle, play, type Turn } from './play.ts';

const LOAD = { events: 400, inFlight: 20 };
/** Turns that each side takes, one after the other, so that a slow moment of the machine hits both. */
const TURNS = 3;

/** Events acknowledged a second, beside a plain handler (verify → insert → insert) on the same database. */
export async function ingest(): Promise<Found> {
  // The plain handler's tables must be there before the database's HTTP layer starts: it reads the schema once.
  const world = await startWorld({ before: PLAIN_TABLES, direct: true });
  const port = await freePort();
  const plain = await startChild({
    name: 'plain',
    command: process.execPath,
    args: [
      new URL('plain-handler.ts', import.meta.url).pathname,
      String(port),
      world.supabase.url,
      SERVICE_KEY,
      WEBHOOK_SECRET,
    ],
    ready: /serving/,
    env: CHILD_ENV,
  });
  try {
    await world.bot.start();
    const ours: Turn[] = [];
    const theirs: Turn[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      theirs.push(await play(`http://127.0.0.1:${port}/stripe-webhook`, LOAD));
      ours.push(await play(`${world.botUrl}/stripe-webhook`, LOAD));
    }
    const a = middle(ours);
    const b = middle(theirs);
    printTable(`ingest: ${LOAD.events} events, ${LOAD.inFlight} in flight, median of ${TURNS} turns each`, [
      ['', 'events/s', 'p50 ms', 'p99 ms'],
      ['plain: verify, insert, insert', rounded(b.perSecond), rounded(b.p50), rounded(b.p99)],
      ['Orderly: one call, deduplicated, order made', rounded(a.perSecond), rounded(a.p50), rounded(a.p99)],
      ['ratio', rounded(a.perSecond / b.perSecond, 2), rounded(a.p50 / b.p50, 2), rounded(a.p99 / b.p99, 2)],
    ]);
    const figures = {
      ours_per_second: rounded(a.perSecond),
      ours_p50_ms: rounded(a.p50),
      ours_p99_ms: rounded(a.p99),
      plain_per_second: rounded(b.perSecond),
      plain_p50_ms: rounded(b.p50),
      plain_p99_ms: rounded(b.p99),
    };
    return { figures, missed: [] };
  } finally {
    await plain.stop();
    await world.stop();
  }
}

const PLAIN_TABLES = `
  create table public.plain_events (id text primary key, type text, raw text);
  create table public.plain_orders (id uuid primary key default gen_random_uuid(), user_id uuid, plan_id text, item_type text,
    server_name text, stripe_sub_id text);`;
