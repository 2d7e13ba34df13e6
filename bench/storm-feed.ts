import { randomUUID } from 'node:crypto';
import type { World } from '../sandbox/world.ts';
import type { Change, ChangeKind } from './storm-plan.ts';

const WAITS = { deadline_ms: 3_600_000, pace_ms: 1_000 };

/** When a change was committed, in milliseconds of the clock. */
export type Committed = { change: Change; atMs: number };

/**
 * Plays the storm into the database through the functions that webhook, worker and install watch call, many changes in one
 * statement: a thousand real provisionings are more than two cores do at this speed.
 */
export async function feed(world: World, changes: Change[], ids: string[]): Promise<Committed[]> {
  const committed: Committed[] = [];
  const tokens = new Map<string, number>();
  const beganMs = world.clock.now();
  let next = 0;
  while (next < changes.length) {
    const end = changes.findIndex(({ atMs }, index) => index >= next && beganMs + atMs > world.clock.now());
    const due = changes.slice(next, end === -1 ? undefined : end);
    next += due.length;
    for (const kind of ['paid', 'claimed', 'provisioned', 'failed', 'ready'] as const) {
      const some = due.filter((change) => change.kind === kind);
      if (some.length === 0) continue;
      await commit(world, kind, some, ids, tokens);
      for (const change of some) committed.push({ change, atMs: world.clock.now() });
    }
    await world.clock.sleep(200);
  }
  return committed;
}

async function commit(
  world: World,
  kind: ChangeKind,
  changes: Change[],
  ids: string[],
  tokens: Map<string, number>,
): Promise<void> {
  const of = (make: (id: string, change: Change) => object) =>
    changes.map((change) => make(ids[change.purchase]!, change));
  if (kind === 'paid') {
    await call(world, 'orderly_ingest', [{ ...WAITS, events: of(paid) }]);
  } else if (kind === 'claimed') {
    const answers = await call(
      world,
      'orderly_claim',
      of((id) => ({ id, holder: 'bench', ttl_ms: 600_000, ...WAITS })),
    );
    for (const { purchase, token } of answers) tokens.set(String(Object(purchase).id), Number(token));
  } else if (kind === 'ready') {
    await world.database`select orderly_judge_installs(jsonb_build_object('verdicts', jsonb_agg(jsonb_build_object(
      'id', id, 'server_id', panel_server_id, 'since', install_since, 'kind', 'ready')))::text)
      from orderly_purchases where id in ${world.database(changes.map(({ purchase }) => ids[purchase]!))}`;
  } else {
    const outcome = kind === 'failed' ? failed : provisioned;
    await call(
      world,
      'orderly_finish',
      of((id, change) => ({ id, token: tokens.get(id), ...WAITS, outcome: outcome(change) })),
    );
  }
}

async function call(world: World, name: string, inputs: object[]): Promise<Record<string, unknown>[]> {
  const rows = await world.database.unsafe(`select ${name}(p) as answer from unnest($1::text[]) p`, [
    inputs.map((input) => JSON.stringify(input)),
  ]);
  return rows.map(({ answer }) => answer as Record<string, unknown>);
}

function paid(id: string, { purchase }: Change): object {
  const facts = {
    purchase_id: id,
    session_id: `cs_test_${id}`,
    subscription_id: `sub_${id}`,
    livemode: false,
    user_id: randomUUID(),
    item_type: 'game',
    plan_id: 'among-us-1gb',
    term: 'monthly',
    region: 'eu-west',
    server_name: `Crew ${purchase}`,
    email: `buyer-${purchase}@example.com`,
    bought_at: new Date().toISOString(),
    payment: 'paid',
    problem: null,
  };
  const event = { id: `evt_${id}`, type: 'checkout.session.completed', livemode: false, raw: '{}' };
  return {
    ...event,
    session_id: facts.session_id,
    subscription_id: facts.subscription_id,
    effect: { kind: 'session', facts },
  };
}

function provisioned({ purchase }: Change): object {
  const server = {
    server_id: purchase + 1,
    identifier: `s${purchase}`,
    node_name: 'bench',
    address: `10.0.0.1:${purchase}`,
  };
  return { kind: 'provisioned', how: 'created', panel_user_id: purchase + 1, panel_node_id: 1, ...server };
}

function failed({ cause }: Change): object {
  const why = {
    code: 'plan_incomplete',
    detail: cause,
    scope: 'plan',
    class: 'config',
    alert: true,
    park: true,
  };
  return { kind: 'failed', fingerprint: `plan_incomplete:plan:${cause}`, ...why };
}
