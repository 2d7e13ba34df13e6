import { beforeEach, expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { pendingSchema, statsSchema } from '../../src/store/answers.ts';
import { call, claimOrder, finishOrder, outage, sellOrder, useDatabase } from '../helpers/database.ts';

const held = useDatabase();
const ROOM = {
  alerts: 9,
  posts: 9,
  edits: 9,
  logs: 9,
  busy: [],
  steps: 3,
  ack_ms: 1_800_000,
  escalate_ms: 300_000,
};
let pressed = 0;

beforeEach(async () => {
  await held.get()`truncate orderly_purchases, orderly_events, orderly_incidents, orderly_incident_purchases, orderly_messages,
    orderly_storms, orderly_calls, orderly_shifts, orderly_incident_notes, orderly_incident_logs, orderly_staff_actions, orders`;
});

async function next(room: object = {}) {
  return pendingSchema.parse(await call(held.get(), 'orderly_outbox', { ...ROOM, ...room })).messages;
}
type Message = Awaited<ReturnType<typeof next>>[number];

const show = ({ id, generation, wanted_version: version }: Message) =>
  call(held.get(), 'orderly_shown', {
    ...{ id, generation, outcome: 'shown', version, channel_id: '1', message_id: String(id) },
  });

/** Discord takes all that there is. */
async function showAll() {
  for (const message of await next()) await show(message);
}

const unposted = async () =>
  (await next()).filter(({ kind, message_id: id }) => kind === 'call' && id === null);

/** So much time passes for whoever waits for an answer. */
const wait = (
  minutes: number,
) => held.get()`update orderly_messages set posted_at = posted_at - ${`${minutes} minutes`}::interval
  where kind in ('alert', 'call')`;
const lapse = () =>
  held.get()`update orderly_incidents set acked_until = orderly_now() where acked_until is not null`;

async function act(action: string, target: string, who = 'Anna', more: object = {}) {
  pressed += 1;
  const press = {
    interaction: String(pressed),
    actor_id: who,
    actor_name: who,
    action,
    target,
    deadline_ms: 600_000,
  };
  return call(held.get(), 'orderly_act', { ...press, ...more });
}

async function fail(count = 1) {
  const ids: string[] = [];
  const tokens: number[] = [];
  for (let made = 0; made < count; made += 1) {
    ids.push(await sellOrder(held.get()));
    // An outage parks whatever comes later: it joins without a try.
    tokens.push(await claimOrder(held.get(), ids.at(-1)!).catch(() => 0));
  }
  for (const [index, id] of ids.entries())
    if (tokens[index]) await finishOrder(held.get(), id, tokens[index], outage);
  return ids;
}

async function incident() {
  const [row] =
    await held.get()`select * from orderly_incidents where severity = 'alert' order by id desc limit 1`;
  return row as Record<string, unknown> & { id: string };
}
const close = async () =>
  held.get()`select orderly_close_incident(${(await incident()).id}, 'recovered', 1000, 600000)`;
const reasons = () =>
  held.get()`select reason, level, acked_by from orderly_calls order by number`.then((all) =>
    all.map((one) => ({ ...one })),
  );

it('an alert that nobody answers calls each further step once, five minutes after the one before was posted', async () => {
  await fail();
  expect(await unposted()).toEqual([]);
  await showAll();
  await wait(4);
  expect(await unposted()).toEqual([]);
  await wait(1);
  const [first] = await unposted();
  expect(first?.call).toMatchObject({ reason: 'unanswered', level: 1, stands: true });
  // Discord has not taken it: nobody heard it, so nobody else is called.
  await wait(60);
  expect(await unposted()).toHaveLength(1);
  await showAll();
  await wait(5);
  expect((await unposted())[0]?.call).toMatchObject({ level: 2 });
  await showAll();
  await wait(60);
  expect(await unposted()).toEqual([]);
});

it('two processes that ask at once make one call', async () => {
  await fail();
  await showAll();
  await wait(5);
  await Promise.all(Array.from({ length: 4 }, () => next()));
  expect(await reasons()).toHaveLength(1);
});

it('a process that comes late to an alert sees the call that another made meanwhile', async () => {
  const sql = held.get();
  for (const name of ['a', 'b'])
    await sql`select orderly_join_incident(${name}, 'bug', 'deployment', 'alert', null, null)`;
  await showAll();
  await wait(5);
  let late: Promise<unknown> = Promise.resolve();
  await sql.begin(async (tx) => {
    await tx`select 1 from orderly_incident_logs order by incident_id limit 1 for update`;
    // It stands still at the first alert, and knows already that the second is due.
    late = next();
    await until('it waits', async () => {
      const rows =
        await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return rows.length > 0;
    });
    await next();
    expect(await reasons()).toHaveLength(1);
  });
  await late;
  expect(await reasons()).toHaveLength(2);
});

it('an outbox that knows nothing of steps makes no call, and is given neither calls nor pages', async () => {
  await fail();
  await showAll();
  await wait(5);
  const old = { alerts: 9, posts: 9, edits: 9, busy: [] };
  expect(pendingSchema.parse(await call(held.get(), 'orderly_outbox', old)).messages).toEqual([]);
  expect(await reasons()).toEqual([]);
  await next();
  expect(
    pendingSchema.parse(await call(held.get(), 'orderly_outbox', old)).messages.map(({ kind }) => kind),
  ).toEqual(['alert']);
});

it('an alert that Discord did not take calls nobody else', async () => {
  await fail();
  await next();
  await held.get()`update orderly_messages set behind_since = orderly_now() - interval '1 hour'`;
  expect(await unposted()).toEqual([]);
});

it('in hand it is quiet; when that lapses it calls again, names who had it, and the steps that are left come after', async () => {
  await fail();
  await showAll();
  await wait(5);
  await next();
  await showAll();
  const { id } = await incident();
  expect(await act('acknowledge', id)).toMatchObject({ outcome: 'acknowledged', by: null });
  await wait(25);
  expect(await unposted()).toEqual([]);
  await lapse();
  expect((await unposted())[0]?.call).toMatchObject({ reason: 'lapsed', level: 0, acked_by: 'Anna' });
  expect(await incident()).toMatchObject({ acked_by: null, acked_at: null });
  await showAll();
  await wait(4);
  expect(await unposted()).toEqual([]);
  await wait(1);
  expect((await unposted())[0]?.call).toMatchObject({ reason: 'unanswered', level: 2 });
  await showAll();
  await wait(60);
  expect(await unposted()).toEqual([]);
  // The steps are used up, and it is never muted for that.
  await act('acknowledge', id);
  await lapse();
  expect((await unposted())[0]?.call).toMatchObject({ reason: 'lapsed' });
});

it('in hand it calls again when its orders have doubled, not before', async () => {
  await fail(2);
  await showAll();
  const { id } = await incident();
  await act('acknowledge', id);
  await fail(1);
  expect(await unposted()).toEqual([]);
  await fail(1);
  expect((await unposted())[0]?.call).toMatchObject({
    reason: 'doubled',
    acked_by: 'Anna',
    incident: { inside: 4 },
  });
});

it('who presses twice is told since when; who comes second takes it over', async () => {
  await fail();
  const { id } = await incident();
  await act('acknowledge', id);
  expect(await act('acknowledge', id)).toMatchObject({ outcome: 'yours_already' });
  expect(await act('acknowledge', id, 'Ben')).toMatchObject({ outcome: 'acknowledged', by: 'Anna' });
  expect(await incident()).toMatchObject({ acked_by: 'Ben', acked_from: 'Anna' });
  await close();
  expect(await act('acknowledge', id, 'Ben')).toMatchObject({ outcome: 'over' });
  expect(await act('acknowledge', 'nonsense')).toMatchObject({ outcome: 'no_incident' });
});

it.each(['over', 'in hand'])(
  'a call that was not posted yet is never posted when the alert is %s',
  async (how) => {
    await fail();
    await showAll();
    await wait(5);
    const [made] = await unposted();
    if (how === 'over') await close();
    else await act('acknowledge', (await incident()).id);
    expect(
      await call(held.get(), 'orderly_shown', { id: made!.id, generation: 1, outcome: 'sending' }),
    ).toEqual({
      status: 'stale',
    });
    expect(await unposted()).toEqual([]);
  },
);

it('a call whose answer was lost comes again, and says that it may ping nobody', async () => {
  await fail();
  await showAll();
  await wait(5);
  const [made] = await unposted();
  await call(held.get(), 'orderly_shown', { id: made!.id, generation: 1, outcome: 'sending' });
  await close();
  expect((await unposted())[0]?.call).toMatchObject({ stands: false });
  await call(held.get(), 'orderly_shown', { id: made!.id, generation: 1, outcome: 'dropped' });
  expect(await unposted()).toEqual([]);
});

it('a call that was perhaps sent stands no more once a later one was made', async () => {
  await fail();
  await showAll();
  await wait(5);
  const [made] = await unposted();
  await call(held.get(), 'orderly_shown', { id: made!.id, generation: 1, outcome: 'sending' });
  await act('acknowledge', (await incident()).id);
  await lapse();
  await next();
  const stands = (await unposted()).map((message) => [message.call?.number, message.call?.stands]);
  expect(stands.toSorted()).toEqual([
    [1, false],
    [2, true],
  ]);
});

it('of several calls the last one follows what becomes of the alert', async () => {
  await fail();
  await showAll();
  for (const _ of [1, 2]) {
    await wait(5);
    await next();
    await showAll();
  }
  await close();
  const behind = (await next()).filter(({ kind }) => kind === 'call');
  expect(behind.map((message) => message.call?.number)).toEqual([2]);
});

it('whoever is on call by name is the first step, from the next alert on', async () => {
  await act('oncall', '700', 'Ben', { person_name: 'Anna', hours: 2 });
  expect(await call(held.get(), 'orderly_on_call', {})).toMatchObject({ shift: { person_name: 'Anna' } });
  await fail();
  expect(await incident()).toMatchObject({ on_call_id: '700', on_call_name: 'Anna' });
  await showAll();
  await wait(5);
  await next({ steps: 1 });
  expect(await reasons()).toEqual([{ reason: 'unanswered', level: 1, acked_by: null }]);
  await showAll();
  await wait(5);
  await next({ steps: 1 });
  expect(await reasons()).toHaveLength(1);
  expect(await act('oncall', '800', 'Ben', { person_name: 'Ben' })).toMatchObject({
    outcome: 'on_call',
    by: 'Anna',
  });
  await held.get()`update orderly_shifts set until = orderly_now()`;
  expect(await call(held.get(), 'orderly_on_call', {})).toMatchObject({ shift: null });
  expect(await act('oncall', 'nobody')).toMatchObject({ outcome: 'nobody_on_call' });
});

it('two who take it at once are on call one after the other', async () => {
  await Promise.all(['1', '2', '3'].map((id) => act('oncall', id, id, { person_name: id })));
  const rows = await held.get()`select 1 from orderly_shifts where ended_at is null`;
  expect(rows).toHaveLength(1);
});

it('a drill is one at a time, ends when somebody is on it or after its last step, and counts nowhere', async () => {
  expect(await act('drill', 'drill')).toMatchObject({ outcome: 'drill_began' });
  expect(await act('drill', 'drill', 'Ben')).toMatchObject({ outcome: 'drill_runs', by: 'Anna' });
  await held.get()`update orderly_incidents set opened_at = orderly_now() - interval '42 seconds'`;
  expect(await act('acknowledge', (await incident()).id, 'Ben')).toMatchObject({
    outcome: 'drill_done',
    count: 42,
    waiting: 1,
  });
  await act('drill', 'drill');
  await showAll();
  for (const _ of [1, 2, 3]) {
    await wait(5);
    await showAll();
  }
  expect(await incident()).toMatchObject({ close_reason: 'nobody', level: 2 });
  expect(await reasons()).toHaveLength(2);
  const stats = statsSchema.parse(await call(held.get(), 'orderly_stats', { hours: 24 }));
  expect(stats).toMatchObject({ incidents: 0, open_incidents: 0, acked: 0, unacked: 0 });
  await act('drill', 'drill');
  expect(await call(held.get(), 'orderly_unheard', { older_than_ms: 0 })).toMatchObject({ incidents: [] });
});

it('an alert says how often its cause was there, and who ended the last one', async () => {
  const [first] = await fail();
  expect((await alertNow()).times).toBe(1);
  await act('retry', first!);
  await close();
  await fail();
  expect(await alertNow()).toMatchObject({ times: 2, last: { fix: { by: 'Anna', how: 'retry' } } });
  await close();
  await fail();
  expect(await alertNow()).toMatchObject({ times: 3, last: { fix: { by: null, how: null } } });
  await held.get()`update orderly_incidents set opened_at = opened_at - interval '31 days', closed_at = closed_at - interval '31 days'
    where closed_at is not null`;
  expect(await alertNow()).toMatchObject({ times: 1, last: null });
});

it('/stats tells how long alerts waited for somebody, and how many nobody was on', async () => {
  await fail();
  await held.get()`update orderly_incidents set opened_at = orderly_now() - interval '90 seconds'`;
  const { id } = await incident();
  await act('acknowledge', id);
  await lapse();
  await next();
  await close();
  await fail();
  const stats = statsSchema.parse(await call(held.get(), 'orderly_stats', { hours: 24 }));
  expect(stats).toMatchObject({ incidents: 2, acked: 1, unacked: 1 });
  expect(stats.ack_p50_s).toBeCloseTo(90, 0);
});

it('the pages of the log come after everything else, fifteen notes each, and of a warning none', async () => {
  await fail(20);
  const { id } = await incident();
  expect((await next()).some(({ kind }) => kind === 'log')).toBe(false);
  while ((await next()).some(({ kind }) => kind !== 'log'))
    for (const one of await next()) if (one.kind !== 'log') await show(one);
  const pages = (await next()).map(({ log }) => log);
  expect(pages.map((page) => [page?.page, page?.notes.length])).toEqual([
    [1, 15],
    [2, pages[0]!.total - 15],
  ]);
  expect(pages[0]?.notes.slice(0, 2).map(({ kind }) => kind)).toEqual(['opened', 'joined']);
  expect((await next({ logs: 1 })).map(({ log }) => log?.page)).toEqual([1]);
  await call(held.get(), 'orderly_thread', { incident: id, ended: 'the thread was deleted' });
  expect(await next()).toEqual([]);
  await act('acknowledge', id);
  expect((await next()).map(({ kind }) => kind)).toEqual(['alert']);
  await showAll();
  await held.get()`update orderly_messages set shown_at = null`;
  expect(await next()).toEqual([]);
  await held.get()`select orderly_join_incident('stock:x', 'low_stock', 'region', 'warning', 'few', null)`;
  const [row] = await held.get()`select count(*)::int as n from orderly_incident_logs`;
  expect(row?.n).toBe(1);
});

/** Everything of an incident is shown but its log. */
async function logWaits() {
  await fail();
  while ((await next()).some(({ kind }) => kind !== 'log')) for (const one of await next()) await show(one);
  const [row] = await held.get()`select message_id from orderly_messages where kind = 'alert'`;
  await held.get()`update orderly_messages set shown_version = 0, shown_at = null, message_id = null where kind = 'log'`;
  return { ...(await incident()), message_id: String(row?.message_id) };
}

it('an alert that was deleted, as its log found out, is posted anew while it is open, and its log waits for that', async () => {
  const { id, message_id } = await logWaits();
  expect((await next()).map(({ kind }) => kind)).toEqual(['log']);
  await call(held.get(), 'orderly_thread', { incident: id, alert_gone: 'an older message' });
  expect((await next()).map(({ kind }) => kind)).toEqual(['log']);
  await call(held.get(), 'orderly_thread', { incident: id, alert_gone: message_id });
  const [alert, ...others] = await next();
  expect(alert).toMatchObject({ kind: 'alert', generation: 2, message_id: null });
  expect(others).toEqual([]);
  await show(alert!);
  expect((await next()).map(({ kind }) => kind)).toEqual(['log']);
});

it('nothing more is written about an alert that was deleted and is over', async () => {
  const { id, message_id } = await logWaits();
  await held.get()`update orderly_incidents set closed_at = orderly_now(), close_reason = 'recovered'`;
  await call(held.get(), 'orderly_thread', { incident: id, alert_gone: message_id });
  expect(await next()).toEqual([]);
  const [log] = await held.get()`select ended from orderly_incident_logs`;
  expect(log?.ended).toBe('the alert was deleted');
});

it('orders that leave together are one note, one that leaves alone is named', async () => {
  const ids = await fail(3);
  await held.get()`select orderly_leave_incident(${ids[0]!}, 'another cause')`;
  await close();
  const notes =
    await held.get()`select kind, detail, purchase_id from orderly_incident_notes where kind in ('left', 'closed') order by seq`;
  expect(notes.map((one) => ({ ...one }))).toEqual([
    { kind: 'left', detail: 'another cause', purchase_id: ids[0] },
    { kind: 'left', detail: '2 orders: recovered', purchase_id: null },
    { kind: 'closed', detail: 'recovered', purchase_id: null },
  ]);
});

it('a log of fifty pages takes no more notes, but for its end', async () => {
  await fail();
  const { id } = await incident();
  await held.get()`update orderly_incident_logs set notes = 749`;
  for (const _ of [1, 2, 3]) await act('acknowledge', id, String(_));
  await close();
  const rows = await held.get()`select seq from orderly_incident_notes where seq > 700 order by seq`;
  expect(rows.map(({ seq }) => seq)).toEqual([750]);
  const pages = await held.get()`select subject from orderly_messages where kind = 'log' order by id`;
  expect(pages.map(({ subject }) => subject)).toEqual([`${id}:1`, `${id}:50`]);
});

async function alertNow() {
  const { id } = await incident();
  const [row] = await held.get()`select orderly_incident_view(${String(id)}) as view`;
  return row?.view as { times: number };
}
