import type postgres from 'postgres';
import { call } from './database.ts';

export const USER = '7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21';
/** What completes such a sale. */
export const GAME = { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' };
let sold = 0;
let pressed = 0;

type Sql = postgres.ISql;

/** Anna does it. */
export function act(sql: Sql, action: string, target: string, more: object) {
  pressed += 1;
  return call(sql, 'orderly_act', {
    interaction: `complete-${pressed}`,
    actor_id: '1',
    actor_name: 'Anna',
    action,
    target,
    deadline_ms: 600_000,
    ...more,
  });
}

/** One that could not become an order. @returns its id. */
export async function rejected(sql: Sql, bought: object = {}): Promise<string> {
  return sell(sql, ['prod_game'], bought);
}

/** A paid subscription whose metadata says too little, unless `more` says otherwise. `again`: another event of the last one's session. @returns its id. */
export async function sell(
  sql: Sql,
  products: string[] | null,
  more: object = {},
  again = '',
): Promise<string> {
  if (again === '') sold += 1;
  const id = `00000000-0000-5000-8000-1${String(sold).padStart(11, '0')}`;
  const facts = {
    purchase_id: id,
    session_id: `cs_complete_${sold}`,
    subscription_id: `sub_complete_${sold}`,
    livemode: false,
    user_id: USER,
    email: 'buyer@example.com',
    bought_at: new Date().toISOString(),
    payment: 'paid',
    problem: { code: 'metadata_missing', detail: 'the session has none of our keys' },
    products,
    ...more,
  };
  const event = {
    id: `evt_complete_${sold}${again}`,
    type: 'checkout.session.completed',
    livemode: false,
    raw: '{}',
  };
  await call(sql, 'orderly_ingest', {
    deadline_ms: 600_000,
    events: [{ ...event, session_id: facts.session_id, effect: { kind: 'session', facts } }],
  });
  return id;
}
