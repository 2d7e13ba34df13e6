import { beforeEach, expect, it } from 'vitest';
import { stateOf } from '../../src/orders/state.ts';
import { pendingSchema } from '../../src/store/answers.ts';
import { call, claimOrder, finishOrder, outage, sellOrder, useDatabase } from '../helpers/database.ts';

const held = useDatabase();
const ROOM = { alerts: 9, posts: 9, edits: 9, busy: [] };

beforeEach(async () => {
  await held.get()`truncate orderly_purchases, orderly_events, orderly_incidents, orderly_incident_purchases, orderly_messages,
    orderly_storms, orders`;
});

/** What the outbox would write now, in its order. */
async function next(room: object = ROOM) {
  return pendingSchema.parse(await call(held.get(), 'orderly_outbox', room)).messages;
}

const show = (message: { id: number; wanted_version: number }) =>
  call(held.get(), 'orderly_shown', {
    ...{ id: message.id, generation: 1, outcome: 'shown' },
    ...{ version: message.wanted_version, channel_id: '1', message_id: String(message.id) },
  });

/** All are taken before the first fails: an outage parks whatever comes later. */
async function fail(...ids: string[]) {
  const tokens = [];
  for (const id of ids) tokens.push(await claimOrder(held.get(), id));
  for (const [index, id] of ids.entries()) await finishOrder(held.get(), id, tokens[index]!, outage);
}

it('alerts, then first messages, then edits; what fails before what does not; what is under way is left out', async () => {
  const [shown, shownFailing, fresh, failing] = [
    await sellOrder(held.get()),
    await sellOrder(held.get()),
    await sellOrder(held.get()),
    await sellOrder(held.get()),
  ];
  for (const message of await next())
    if ([shown, shownFailing].includes(message.subject)) await show(message);
  await claimOrder(held.get(), shown);
  await fail(shownFailing, failing);
  const order = (await next()).map(({ kind, subject }) => (kind === 'alert' ? 'alert' : subject));
  expect(order.indexOf('alert')).toBe(0);
  const place = (id: string) => order.indexOf(id);
  expect(place(shownFailing)).toBeLessThan(place(shown));
  expect(place(failing)).toBeLessThan(place(fresh));
  const [first] = await next();
  expect((await next({ ...ROOM, busy: [first!.id] })).map(({ id }) => id)).not.toContain(first!.id);
  expect((await next({ ...ROOM, posts: 0, edits: 0 })).map(({ kind }) => kind)).toEqual(['alert']);
});

it('many waiting first messages give edits their turn all the same', async () => {
  const shown = await sellOrder(held.get());
  await show((await next())[0]!);
  for (let count = 0; count < 15; count += 1) await sellOrder(held.get());
  await claimOrder(held.get(), shown);
  const lanes = (await next({ ...ROOM, posts: 3 })).map(({ message_id }) => message_id !== null);
  expect(lanes.filter(Boolean)).toHaveLength(1);
  expect(lanes).toHaveLength(4);
});

it('a message says of when it is only when its rows have waited for more than half a minute', async () => {
  await sellOrder(held.get());
  expect((await next())[0]?.as_of).toBeNull();
  await held.get()`update orderly_messages set behind_since = orderly_now() - interval '31 seconds'`;
  expect((await next())[0]?.as_of).not.toBeNull();
});

it('a storm begins above twenty waiting messages, and its board comes first and counts as the messages do', async () => {
  const sql = held.get();
  for (let count = 0; count < 20; count += 1) await sellOrder(sql);
  expect((await next()).some(({ kind }) => kind === 'board')).toBe(false);
  const failing = await sellOrder(sql);
  await fail(failing);
  await next();
  const [board] = (await next({ ...ROOM, alerts: 0 })).filter(({ kind }) => kind === 'board');
  expect(board?.board).toMatchObject({ counts: { working: 20, failed: 1 }, waiting: 21 });
  const states = (await next({ ...ROOM, alerts: 0, posts: 50 })).flatMap(({ purchase }) =>
    purchase ? [stateOf(purchase)] : [],
  );
  expect(states.slice(0, 2)).toEqual(['failed', 'paid']);
  expect((await next({ ...ROOM, alerts: 0 }))[0]?.kind).toBe('board');
});

it('in a storm what is done is posted before what still changes', async () => {
  const sql = held.get();
  const ids: string[] = [];
  for (let count = 0; count < 22; count += 1) ids.push(await sellOrder(sql));
  await next();
  await call(sql, 'orderly_finish', {
    ...{ id: ids.at(-1), token: await claimOrder(sql, ids.at(-1)!), pace_ms: 1000, deadline_ms: 600_000 },
    outcome: { kind: 'provisioned', how: 'created', server_id: 7, panel_node_id: 1 },
  });
  await sql`update orderly_purchases set install = 'ready', ready_at = orderly_now() where id = ${ids.at(-1)!}`;
  const order = (await next()).filter(({ kind }) => kind === 'purchase').map(({ subject }) => subject);
  expect(order[0]).toBe(ids.at(-1));
});
