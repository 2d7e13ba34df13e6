import { beforeEach, expect, it } from 'vitest';
import { pendingSchema } from '../../src/store/answers.ts';
import { call, claimOrder, finishOrder, outage, sellOrder, useDatabase } from '../helpers/database.ts';

const held = useDatabase();
const ROOM = {
  alerts: 9,
  posts: 9,
  edits: 9,
  logs: 9,
  busy: [],
  steps: 1,
  ack_ms: 1e9,
  escalate_ms: 300_000,
};

beforeEach(async () => {
  await held.get()`truncate orderly_purchases, orderly_events, orderly_incidents, orderly_incident_purchases, orderly_messages,
    orderly_storms, orderly_calls, orderly_shifts, orderly_incident_notes, orderly_incident_logs, orderly_staff_actions, orders,
    orderly_checks`;
  await look('lands');
});

async function look(
  state: 'lands' | 'names' | 'blocked',
  { holder = 'one', ago_ms = 0, changed = false } = {},
) {
  await call(held.get(), 'orderly_pings_looked_at', { holder, state, ago_ms, changed });
}

/** Discord takes all that there is. */
async function showAll() {
  const { messages } = pendingSchema.parse(await call(held.get(), 'orderly_outbox', ROOM));
  for (const { id, generation, wanted_version: version } of messages) {
    const shown = { id, generation, outcome: 'shown', version, channel_id: '1', message_id: String(id) };
    await call(held.get(), 'orderly_shown', shown);
  }
}

/** An order fails, and its alert is posted. */
async function postAlert(): Promise<void> {
  const id = await sellOrder(held.get());
  await finishOrder(held.get(), id, await claimOrder(held.get(), id), outage);
  await showAll();
}

const minutesPass = (minutes: number) =>
  held.get()`update orderly_messages set posted_at = posted_at - ${`${minutes} minutes`}::interval`;
const lookedLongAgo = () => held.get()`update orderly_checks set at = at - interval '1 hour'`;

const calls = async () =>
  (await held.get()`select number, level, reason from orderly_calls order by number`).map((row) => ({
    ...row,
  }));
const again = (number: number) => ({ number, level: 0, reason: 'unanswered' });

it('an alert whose role can be pinged right after it calls nobody again', async () => {
  await postAlert();
  await look('lands');
  await look('blocked');
  await look('lands');
  expect(await calls()).toEqual([]);
});

it('an alert that found its role blocked calls it as soon as it can be pinged, once', async () => {
  await postAlert();
  await look('blocked');
  await look('blocked');
  expect(await calls()).toEqual([]);
  await look('lands');
  await look('lands');
  expect(await calls()).toEqual([again(1)]);
  await showAll();
  await look('lands');
  expect(await calls()).toEqual([again(1)]);
});

it('a call that found its role blocked as well is made again', async () => {
  await postAlert();
  await look('blocked');
  await look('lands');
  await showAll();
  await look('blocked');
  await look('lands');
  expect(await calls()).toEqual([again(1), again(2)]);
});

it('where people are named instead they are called at once, and what named them has pinged', async () => {
  await postAlert();
  await look('names');
  expect(await calls()).toEqual([again(1)]);
  await showAll();
  await look('names');
  await look('lands');
  expect(await calls()).toEqual([again(1)]);
});

it('an alert that nobody looked after in time calls again: its process died, or Discord was away', async () => {
  await postAlert();
  await look('lands', { holder: 'another' });
  expect(await calls()).toEqual([again(1)]);
  await showAll();
  await lookedLongAgo();
  await minutesPass(2);
  await look('lands', { holder: 'another' });
  expect(await calls()).toEqual([again(1), again(2)]);
});

it('a look that began before the alert was posted does not say that it has pinged', async () => {
  await lookedLongAgo();
  await postAlert();
  await minutesPass(0.5);
  await look('lands', { ago_ms: 60_000 });
  await look('blocked');
  await look('lands');
  expect(await calls()).toEqual([again(1)]);
});

it('nor that it has not', async () => {
  await lookedLongAgo();
  await postAlert();
  await minutesPass(0.5);
  await look('lands', { holder: 'another', ago_ms: 60_000 });
  await look('lands', { holder: 'another' });
  expect(await calls()).toEqual([]);
});

it('an alert that came between two looks while the role was blocked calls again when it was seen to change, once', async () => {
  await postAlert();
  await look('lands', { changed: true });
  expect(await calls()).toEqual([again(1)]);
  await showAll();
  await look('lands');
  expect(await calls()).toEqual([again(1)]);
});

it('a change long before an alert calls nobody again', async () => {
  await look('lands', { changed: true });
  await postAlert();
  await look('lands');
  expect(await calls()).toEqual([]);
});

it('a change while people are named instead of the role calls nobody again', async () => {
  await look('names');
  await postAlert();
  await look('names', { changed: true });
  expect(await calls()).toEqual([]);
});

it('an alert that came while people were named instead of its role has pinged them', async () => {
  await look('names');
  await postAlert();
  await look('lands');
  expect(await calls()).toEqual([]);
});

it('what somebody has in hand, or went on to the next step, or is over, calls nobody for it', async () => {
  const sql = held.get();
  for (const change of [
    "acked_at = orderly_now(), acked_until = 'infinity', acked_inside = 1",
    'level = 1',
  ]) {
    await sql`truncate orderly_incidents, orderly_messages, orderly_purchases, orderly_events, orders, orderly_incident_purchases`;
    await postAlert();
    await look('blocked');
    await sql.unsafe(`update orderly_incidents set ${change}`);
    await look('lands');
    expect(await calls()).toEqual([]);
  }
});
