import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { call, useDatabase } from '../helpers/database.ts';

const held = useDatabase();

const facts = {
  ...{ purchase_id: '11111111-0000-5000-8000-000000000001', session_id: 'cs_test_both', livemode: false },
  ...{ subscription_id: 'sub_both', user_id: '7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21', item_type: 'game' },
  ...{ plan_id: 'among-us-1gb', term: 'monthly', region: 'eu-west', email: 'buyer@example.com' },
  ...{ bought_at: '2026-11-24T12:00:00Z', payment: 'paid', problem: null },
};
const effect = { kind: 'session', facts };

it("the answer about a session waits for Stripe's own event that is half stored, and makes nothing twice", async () => {
  const sql = held.get();
  const press = { interaction: '1', actor_id: '2', actor_name: 'Anna', target: facts.session_id };
  expect(await call(sql, 'orderly_act', { ...press, action: 'backfill' })).toMatchObject({
    outcome: 'asking_stripe',
    hint: { kind: 'event', id: 'staff_1' },
  });
  const event = { id: 'evt_both', type: 'checkout.session.completed', livemode: false, raw: '{}' };
  let resolving: Promise<unknown> = Promise.resolve();
  await sql.begin(async (first) => {
    const stored = { ...event, session_id: facts.session_id, subscription_id: facts.subscription_id, effect };
    await call(first, 'orderly_ingest', { deadline_ms: 600_000, events: [stored] });
    resolving = call(sql, 'orderly_resolve_event', { id: 'staff_1', deadline_ms: 600_000, effect });
    resolving.catch(() => {});
    await until('the second waits', async () => {
      const waiting = await first`select from pg_locks where not granted`;
      return waiting.length > 0;
    });
  });
  expect(await resolving).toMatchObject({ status: 'ok', state: 'processed', purchase_id: facts.purchase_id });
  expect(await sql`select from orders`).toHaveLength(1);
  expect(
    await sql`select kind, actor from orderly_timeline where kind in ('order_created', 'backfill')`,
  ).toEqual([
    { kind: 'order_created', actor: null },
    { kind: 'backfill', actor: 'Anna' },
  ]);
  expect(await call(sql, 'orderly_act', { ...press, interaction: '3', action: 'backfill' })).toMatchObject({
    outcome: 'session_known',
    purchase_id: facts.purchase_id,
  });
});

it('a session that was asked for again and still lacks the same keeps its alert; with another lack it gets another', async () => {
  const sql = held.get();
  const [purchase_id, session_id] = ['11111111-0000-5000-8000-000000000002', 'cs_test_lacking'];
  const answer = (code: string, detail: string) => ({
    kind: 'session',
    facts: { ...facts, purchase_id, session_id, subscription_id: null, problem: { code, detail } },
  });
  const ask = async (interaction: string, code: string, detail: string) => {
    const press = { interaction, actor_id: '2', actor_name: 'Anna', target: session_id };
    await call(sql, 'orderly_act', { ...press, action: 'backfill' });
    const id = `staff_${interaction}`;
    const resolved = { id, deadline_ms: 600_000, effect: answer(code, detail) };
    expect(await call(sql, 'orderly_resolve_event', resolved)).toMatchObject({ state: 'rejected' });
    return sql`select code, detail, closed_at is null as open from orderly_incidents order by id`;
  };
  const first = { code: 'missing_key', open: true };
  expect(await ask('11', 'missing_key', 'no region')).toEqual([{ ...first, detail: 'no region' }]);
  expect(await ask('12', 'missing_key', 'no region, no term')).toEqual([
    { ...first, detail: 'no region, no term' },
  ]);
  expect(await ask('13', 'unknown_item_type', 'sofa')).toEqual([
    { ...first, detail: 'no region, no term', open: false },
    { code: 'unknown_item_type', detail: 'sofa', open: true },
  ]);
});
