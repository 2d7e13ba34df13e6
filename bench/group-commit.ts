import { CHILD_ENV, freePort, startChild } from '../sandbox/embedded/child.ts';
import { startPostgres } from '../sandbox/embedded/postgres.ts';
import { SERVICE_KEY } from '../sandbox/embedded/supabase.ts';
import { startWorld, WEBHOOK_SECRET, type World } from '../sandbox/world.ts';
import { type Found, printTable, rounded } from './figures.ts';
import { middle, play } from './play.ts';

const LOAD = { events: 3_000, inFlight: 200 };
const TURNS = 3;
const AIM = 3;

/** Events a second at 200 in flight, with one database call per event and with calls that events share; a database that syncs to disk. */
export async function groupCommit(): Promise<Found> {
  const server = await startPostgres({ durable: true });
  const world = await startWorld({ server, direct: true });
  const single = await startWebhook(world, 1);
  const grouped = await startWebhook(world);
  try {
    const ones = [];
    const groups = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      ones.push(await play(single.url, LOAD));
      groups.push(await play(grouped.url, LOAD));
    }
    const a = middle(groups);
    const b = middle(ones);
    const ratio = a.perSecond / b.perSecond;
    printTable(
      `group-commit: ${LOAD.events} events, ${LOAD.inFlight} in flight, median of ${TURNS} turns each`,
      [
        ['', 'events/s', 'p50 ms', 'p99 ms'],
        ['one call per event', rounded(b.perSecond), rounded(b.p50), rounded(b.p99)],
        ['calls that events share', rounded(a.perSecond), rounded(a.p50), rounded(a.p99)],
        ['ratio', rounded(ratio, 2), rounded(a.p50 / b.p50, 2), rounded(a.p99 / b.p99, 2)],
      ],
    );
    const missed = [];
    if (ratio < AIM) missed.push(`group-commit: ${rounded(ratio, 2)} times the events a second, aim ${AIM}`);
    if (a.p99 >= b.p99) missed.push('group-commit: p99 is not lower');
    const figures = {
      single_per_second: rounded(b.perSecond),
      single_p99_ms: rounded(b.p99),
      grouped_per_second: rounded(a.perSecond),
      grouped_p99_ms: rounded(a.p99),
      ratio: rounded(ratio, 2),
    };
    return { figures, missed };
  } finally {
    await Promise.all([single.stop(), grouped.stop()]);
    await world.stop();
    await server.stop();
  }
}

async function startWebhook(world: World, eventsPerCall?: number) {
  const port = await freePort();
  const given = {
    port,
    supabaseUrl: world.supabase.url,
    serviceKey: SERVICE_KEY,
    redisUrl: world.redis.url,
    webhookSecret: WEBHOOK_SECRET,
    eventsPerCall,
  };
  const child = await startChild({
    name: 'webhook',
    command: process.execPath,
    args: [new URL('webhook-process.ts', import.meta.url).pathname],
    ready: /serving/,
    env: { ...CHILD_ENV, ORDERLY_BENCH: JSON.stringify(given) },
  });
  return { url: `http://127.0.0.1:${port}/stripe-webhook`, stop: child.stop };
}
