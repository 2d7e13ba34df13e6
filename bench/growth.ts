import { randomInt, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { type EmbeddedPostgres, startPostgres } from '../sandbox/embedded/postgres.ts';
import { createSupabaseDatabase } from '../sandbox/embedded/supabase.ts';
import { migrate } from '../src/store/migrations.ts';
import { type Found, percentile, printTable, rounded } from './figures.ts';
import { fill } from './growth-fill.ts';

const SIZES = { small: 1_000, large: Number(process.env.BENCH_ORDERS ?? 1_000_000) };
const ROUNDS = 300;
/** What a running database has warm. */
const WARM_UP = 20;
const AIM = 1.5;

type Sides = Record<string, number>;

/**
 * What people and workers ask, with a thousand orders and with a million in one PostgreSQL: each call's median. Both are asked in turn, so
 * that a slow moment of the machine hits both.
 */
export async function growth(): Promise<Found> {
  const server = await startPostgres({ durable: false });
  try {
    const small = await grown(server, SIZES.small);
    const large = await grown(server, SIZES.large);
    const took = await measure([small, large]);
    await Promise.all([small.sql.end({ timeout: 5 }), large.sql.end({ timeout: 5 })]);
    return tell(took[0]!, took[1]!);
  } finally {
    await server.stop();
  }
}

type Grown = { sql: postgres.Sql; orders: number };

async function grown(server: EmbeddedPostgres, orders: number): Promise<Grown> {
  const url = await createSupabaseDatabase(server, `growth_${orders}`);
  await migrate(url);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql.unsafe(readFileSync(new URL('../sandbox/catalogue.sql', import.meta.url), 'utf8'));
  await fill(sql, orders);
  return { sql, orders };
}

function tell(small: Sides, large: Sides): Found {
  const names = Object.keys(small);
  const ratios = names.map((name) => large[name]! / small[name]!);
  printTable(`growth: median of ${ROUNDS} calls each`, [
    ['', `${SIZES.small} orders, ms`, `${SIZES.large} orders, ms`, 'ratio'],
    ...names.map((name, index) => [
      name,
      rounded(small[name]!, 3),
      rounded(large[name]!, 3),
      rounded(ratios[index]!, 2),
    ]),
  ]);
  const figures = Object.fromEntries(names.map((name, index) => [key(name), rounded(ratios[index]!, 2)]));
  const missed = names.flatMap((name, index) =>
    ratios[index]! > AIM
      ? [`growth: ${name} takes ${rounded(ratios[index]!, 2)} times as long, aim ${AIM}`]
      : [],
  );
  return { figures, missed };
}

const key = (name: string) => `${name.replaceAll(/[^a-z]+/gi, '_')}_ratio`;

/** @returns the median of each kind of call, in milliseconds, side by side. */
async function measure(sides: Grown[]): Promise<Sides[]> {
  const took: Record<string, number[]>[] = sides.map(() => ({}));
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const [side, { sql, orders }] of sides.entries()) {
      for (const [name, [fn, input]] of Object.entries(callsAbout(randomInt(100, orders)))) {
        const text = JSON.stringify(input);
        const began = performance.now();
        await sql.unsafe(`select ${fn}($1)`, [text], { prepare: true });
        if (round < 0) took[side]![name] = [];
        else took[side]![name]!.push(performance.now() - began);
      }
    }
  }
  return took.map((calls) =>
    Object.fromEntries(Object.entries(calls).map(([name, values]) => [name, percentile(values, 0.5)])),
  );
}

/** One call of each kind, about order number `n`. */
function callsAbout(n: number): Record<string, [fn: string, input: object]> {
  const list = (filter: string) => ({ filter, limit: 10, deadline_ms: 600_000 });
  const search = (query: string) => ({ query, limit: 25 });
  return {
    'autocomplete: e-mail': ['orderly_search', search(`buyer-${Math.floor(n / 3)}@`)],
    'autocomplete: server name': ['orderly_search', search(`Crew ${n}`)],
    'autocomplete: beginning of all sessions': ['orderly_search', search('cs_live_')],
    'autocomplete: nothing typed': ['orderly_search', search('')],
    'orders: recent': ['orderly_list', list('recent')],
    'orders: failed': ['orderly_list', list('failed')],
    'orders: stuck': ['orderly_list', list('stuck')],
    'orders: of a customer': [
      'orderly_list',
      { ...list('recent'), customer: `buyer-${Math.floor(n / 3)}@example.com` },
    ],
    due: ['orderly_due', { limit: 200 }],
    metrics: ['orderly_metrics', { deadline_ms: 600_000, fresh_ms: 30_000 }],
    'inspect: look up': ['orderly_lookup', { target: `buyer-${Math.floor(n / 3)}@example.com` }],
    'inspect: evidence': ['orderly_evidence', { purchase: randomUUID(), event: `evt_${n}_1`, since: null }],
    reconcile: ['orderly_unknown', { sessions: sessions(n) }],
    ingest: ['orderly_ingest', { deadline_ms: 600_000, events: [event()] }],
  };
}

function sessions(n: number): object[] {
  return Array.from({ length: 100 }, (_, index) => ({
    id: `cs_live_${n}_${index}`,
    subscription_id: `sub_${n}_${index}`,
    payment_status: 'paid',
  }));
}

function event(): object {
  const mark = randomUUID();
  const facts = {
    purchase_id: mark,
    session_id: `cs_live_${mark}`,
    subscription_id: `sub_${mark}`,
    livemode: true,
    user_id: mark,
    item_type: 'addon',
    plan_id: 'among-us-1gb',
    term: 'monthly',
    region: 'eu-west',
    server_name: 'Friday crew',
    email: `${mark}@example.com`,
    bought_at: new Date().toISOString(),
    payment: 'paid',
    problem: null,
  };
  return {
    id: `evt_${mark}`,
    type: 'checkout.session.completed',
    livemode: true,
    raw: '{}',
    session_id: facts.session_id,
    subscription_id: facts.subscription_id,
    effect: { kind: 'session', facts },
  };
}
