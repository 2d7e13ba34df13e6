import { afterEach, expect, it } from 'vitest';
import { signedEvent } from '../../bench/events.ts';
import { until, WEBHOOK_SECRET, type World } from '../../sandbox/world.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ isStripeQuiet: true });
const COUNT = 30;
let forget = () => {};

afterEach(async () => {
  forget();
  await held.get().database`drop trigger if exists refuse on orderly_events`;
});

const post = (world: World, event: { body: string; header: string }) =>
  fetch(`${world.botUrl}/stripe-webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': event.header },
    body: event.body,
  });

/** Holds the first call to the database that stores events; `calls` counts all of them. */
function holdFirst(world: World) {
  const release = Promise.withResolvers<void>();
  const seen = { calls: 0 };
  forget = world.proxy.onRequest(async ({ path, when }) => {
    if (when !== 'before' || !path.includes('/rpc/orderly_ingest')) return;
    seen.calls += 1;
    if (seen.calls === 1) await release.promise;
  });
  return { seen, release: release.resolve };
}

const newEvents = (count: number) =>
  Array.from({ length: count }, () => signedEvent(WEBHOOK_SECRET, Date.now(), 'addon'));

/** The database refuses the events that fit, as a whole call. */
async function refuse(world: World, condition: string, errcode: string): Promise<void> {
  await world.database.unsafe(`
    create or replace function refuse() returns trigger language plpgsql as
      $$ begin if ${condition} then raise exception 'refused' using errcode = '${errcode}'; end if; return new; end $$;
    create trigger refuse before insert on orderly_events for each row execute function refuse()`);
}

it('events that arrive while a call is under way share the next, which does not wait for one that hangs', async () => {
  const world = held.get();
  const hold = holdFirst(world);
  const [first, ...others] = newEvents(COUNT);
  const firstAnswer = post(world, first!);
  await until('the first is under way', () => hold.seen.calls === 1);
  const answers = await Promise.all(others.map((event) => post(world, event)));
  expect(answers.map(({ status }) => status)).toEqual(others.map(() => 200));
  expect(hold.seen.calls).toBeLessThan(5);
  const rows =
    await world.database`select session_id from orderly_purchases where session_id = any(${others.map(({ sessionId }) => sessionId)})`;
  expect(rows).toHaveLength(others.length);
  expect(
    await world.database`select from orderly_purchases where session_id = ${first!.sessionId}`,
  ).toHaveLength(0);
  hold.release();
  expect((await firstAnswer).status).toBe(200);
  expect(
    await world.database`select from orderly_purchases where session_id = ${first!.sessionId}`,
  ).toHaveLength(1);
});

it('one event that the database refuses takes none of its neighbours with it, and is taken when it is sent again', async () => {
  const world = held.get();
  const events = newEvents(COUNT);
  const bad = events[17]!;
  await refuse(world, `new.raw like '%${bad.sessionId}%'`, '22000');
  const hold = holdFirst(world);
  const first = post(world, newEvents(1)[0]!);
  await until('the first is under way', () => hold.seen.calls === 1);
  const answers = await Promise.all(events.map((event) => post(world, event)));
  hold.release();
  expect((await first).status).toBe(200);
  expect(answers.map(({ status }) => status)).toEqual(events.map((event) => (event === bad ? 503 : 200)));
  await world.database`drop trigger refuse on orderly_events`;
  expect((await post(world, bad)).status).toBe(200);
});

it('when the database has no space nobody is told 200, and no event is tried one by one', async () => {
  const world = held.get();
  await refuse(world, 'true', '53100');
  const hold = holdFirst(world);
  const events = newEvents(COUNT);
  const sent = events.map((event) => post(world, event));
  await until('the first is under way', () => hold.seen.calls === 1);
  hold.release();
  const answers = await Promise.all(sent);
  expect(answers.map(({ status }) => status)).toEqual(events.map(() => 503));
  expect(hold.seen.calls).toBeLessThan(8);
  await world.database`drop trigger refuse on orderly_events`;
  expect((await post(world, events[0]!)).status).toBe(200);
});
