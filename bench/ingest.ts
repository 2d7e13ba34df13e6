import { freePort, startChild } from '../sandbox/embedded/child.ts';
import { SERVICE_KEY } from '../sandbox/embedded/supabase.ts';
import { startWorld, WEBHOOK_SECRET } from '../sandbox/world.ts';
import { post, signedEvent } from './events.ts';
import { type Found, percentile, printTable, rounded } from './figures.ts';

const EVENTS = 400;
const IN_FLIGHT = 20;
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
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
  });
  try {
    await world.bot.start();
    const ours: Turn[] = [];
    const theirs: Turn[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      theirs.push(await play(`http://127.0.0.1:${port}/stripe-webhook`));
      ours.push(await play(`${world.botUrl}/stripe-webhook`));
    }
    const a = middle(ours);
    const b = middle(theirs);
    printTable(`ingest: ${EVENTS} events, ${IN_FLIGHT} in flight, median of ${TURNS} turns each`, [
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

type Turn = { perSecond: number; p50: number; p99: number };

async function play(url: string): Promise<Turn> {
  const events = Array.from({ length: EVENTS }, () => signedEvent(WEBHOOK_SECRET, Date.now(), 'addon'));
  const took: number[] = [];
  const began = performance.now();
  const lane = async () => {
    for (let event = events.pop(); event; event = events.pop()) took.push(await post(url, event));
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: EVENTS / seconds, p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}

function middle(turns: Turn[]): Turn {
  return turns.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(turns.length / 2)]!;
}
