import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { afterAll, beforeAll } from 'vitest';
import { createSupabaseDatabase } from '../../sandbox/embedded/supabase.ts';
import type { Call } from '../../src/store/call.ts';
import { migrate } from '../../src/store/migrations.ts';
import { sharedPostgres } from './world.ts';

let databases = 0;

/** A migrated database with the sandbox's catalogue and nothing around it: for what the SQL functions alone decide. */
export function useDatabase(): { get(): postgres.Sql } {
  let sql: postgres.Sql | null = null;
  beforeAll(async () => {
    databases += 1;
    const url = await createSupabaseDatabase(sharedPostgres(), `orderly_sql_${process.pid}_${databases}`);
    await migrate(url);
    sql = postgres(url, { max: 4, onnotice: () => {} });
    await sql.unsafe(readFileSync(new URL('../../sandbox/catalogue.sql', import.meta.url), 'utf8'));
  });
  afterAll(() => sql?.end({ timeout: 1 }));
  return {
    get: () => {
      if (!sql) throw new Error('the database is there only inside a test');
      return sql;
    },
  };
}

/** Calls one of the functions as the product does. */
export async function call(
  sql: postgres.ISql,
  name: string,
  input: object,
): Promise<Record<string, unknown>> {
  const [answer] = await sql.unsafe(`select ${name}($1) as answer`, [JSON.stringify(input)]);
  return answer?.answer as Record<string, unknown>;
}

/** The call of the product's store, without the HTTP between. */
export function createSqlCall(sql: postgres.ISql): Call {
  return async (name, input, schema) => schema.parse(await call(sql, name, input));
}

let sold = 0;

/** A paid game order, as its event makes it. @returns its id. */
export async function sellOrder(
  sql: postgres.ISql,
  changes: { planId?: string; region?: string } = {},
): Promise<string> {
  sold += 1;
  const facts = {
    purchase_id: `00000000-0000-5000-8000-${String(sold).padStart(12, '0')}`,
    session_id: `cs_test_${process.pid}_${sold}`,
    subscription_id: `sub_${process.pid}_${sold}`,
    livemode: false,
    user_id: '7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21',
    item_type: 'game',
    plan_id: changes.planId ?? 'among-us-1gb',
    term: 'monthly',
    region: changes.region ?? 'eu-west',
    server_name: 'Friday crew',
    email: 'buyer@example.com',
    bought_at: new Date().toISOString(),
    payment: 'paid',
    problem: null,
  };
  const event = {
    id: `evt_${process.pid}_${sold}`,
    type: 'checkout.session.completed',
    livemode: false,
    raw: '{}',
  };
  const effect = { kind: 'session', facts };
  await call(sql, 'orderly_ingest', {
    deadline_ms: 600_000,
    events: [{ ...event, session_id: facts.session_id, subscription_id: facts.subscription_id, effect }],
  });
  return facts.purchase_id;
}

/** A worker takes an order. @returns its lease token. */
export async function claimOrder(sql: postgres.ISql, id: string, ttlMs = 60_000): Promise<number> {
  const claim = await call(sql, 'orderly_claim', {
    id,
    holder: 'test',
    ttl_ms: ttlMs,
    pace_ms: 1000,
    deadline_ms: 600_000,
  });
  if (claim.status !== 'claimed') throw new Error(`not claimed: ${JSON.stringify(claim)}`);
  return Number(claim.token);
}

/** How a look ends that met an outage of the panel: with an alert, and parked. */
export const outage = {
  kind: 'failed',
  code: 'panel_unreachable',
  detail: 'GET /nodes → no_connection',
  scope: 'panel',
  class: 'outage',
  fingerprint: 'panel_unreachable:panel:',
  alert: true,
  park: true,
  look_in_ms: 4_000,
};

export function finishOrder(sql: postgres.ISql, id: string, token: number, outcome: object) {
  return call(sql, 'orderly_finish', { id, token, outcome, pace_ms: 1000, deadline_ms: 600_000 });
}
