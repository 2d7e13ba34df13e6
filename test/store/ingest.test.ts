import { expect, it } from 'vitest';
import { call, useDatabase } from '../helpers/database.ts';

const held = useDatabase();

const event = (id: string, session: string) => ({
  id,
  type: 'checkout.session.expired',
  livemode: false,
  raw: '{}',
  session_id: session,
  subscription_id: null,
  effect: { kind: 'ignore', reason: 'unpaid' },
});
const ingest = (events: object[]) =>
  call(held.get(), 'orderly_ingest', { deadline_ms: 600_000, events }) as Promise<{
    events: { id: string; status: string }[];
  }>;

it('two calls whose events concern the same purchases the other way round do not wait for each other', async () => {
  const sql = held.get();
  // Each event takes its time, so that both calls are in the middle at once.
  await sql`create function slowly() returns trigger language plpgsql as 'begin perform pg_sleep(0.1); return new; end'`;
  await sql`create trigger slowly before insert on orderly_events for each row execute function slowly()`;
  const done = await Promise.all([
    ingest([event('evt_1', 'cs_a'), event('evt_4', 'cs_b')]),
    ingest([event('evt_2', 'cs_b'), event('evt_3', 'cs_a')]),
  ]);
  await sql`drop trigger slowly on orderly_events`;
  expect(done.flatMap(({ events }) => events.map(({ id }) => id))).toEqual([
    'evt_1',
    'evt_4',
    'evt_2',
    'evt_3',
  ]);
});

it('an event that stands in a call twice is stored once, and said to be there the second time', async () => {
  const { events } = await ingest([event('evt_5', 'cs_c'), event('evt_5', 'cs_c')]);
  expect(events).toMatchObject([
    { id: 'evt_5', status: 'stored' },
    { id: 'evt_5', status: 'duplicate' },
  ]);
  expect(await held.get()`select from orderly_events where id = 'evt_5'`).toHaveLength(1);
});
