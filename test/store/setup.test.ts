import type postgres from 'postgres';
import { beforeEach, expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { discordSettingsSchema, testedSchema } from '../../src/store/answers.ts';
import { call, useDatabase } from '../helpers/database.ts';

const held = useDatabase();
const ID = (n: number) => `30000000000000000${n}`;
const GUILD = ID(0);
let presses = 0;

beforeEach(async () => {
  await held.get()`delete from orderly_settings where key = 'discord'`;
  await held.get()`truncate orderly_staff_actions, orderly_messages`;
});

function choose(field: string, value: unknown, more: object = {}, sql: postgres.ISql = held.get()) {
  presses += 1;
  return call(sql, 'orderly_act', {
    interaction: `i${presses}`,
    actor_id: ID(9),
    actor_name: 'Emil',
    ...{ action: 'setup', target: field, field, value, was: null, guild: GUILD, ...more },
  });
}

const read = async () => discordSettingsSchema.parse(await call(held.get(), 'orderly_discord_settings', {}));

it('nothing is chosen at first; each choice is of one field, with who made it and what it was', async () => {
  expect(await read()).toEqual({ version: 0, values: {}, changes: {} });
  const first = await choose('channelId', ID(1), { was: ID(7) });
  expect(first).toMatchObject({ status: 'ok', outcome: 'saved', detail: `channelId: ${ID(7)} → ${ID(1)}` });
  // Once chosen, what the environment says is of no account.
  expect(await choose('channelId', null, { was: ID(7) })).toMatchObject({
    detail: `channelId: ${ID(1)} → none`,
  });
  expect(await choose('viewRoleIds', [ID(2), ID(3)], { was: [ID(4)] })).toMatchObject({
    detail: `viewRoleIds: +${ID(2)} +${ID(3)} -${ID(4)}`,
  });
  expect(await choose('viewRoleIds', [ID(3)])).toMatchObject({ detail: `viewRoleIds: -${ID(2)}` });
  expect(await read()).toMatchObject({
    version: 4,
    values: { channelId: null, viewRoleIds: [ID(3)] },
    changes: { channelId: { by: 'Emil' }, viewRoleIds: { by: 'Emil' } },
  });
});

it('of two choices at once the second waits for the first, and both are kept', async () => {
  await choose('channelId', ID(1));
  let second: Promise<unknown> = Promise.resolve();
  await held.get().begin(async (sql) => {
    await choose('alertChannelId', ID(2), {}, sql);
    second = choose('onCallRoleId', ID(3));
    await until('the second waits', async () => {
      const [waiting] = await held.get()`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return waiting !== undefined;
    });
  });
  await second;
  expect(await read()).toMatchObject({
    version: 3,
    values: { channelId: ID(1), alertChannelId: ID(2), onCallRoleId: ID(3) },
  });
});

it('the same interaction counts once', async () => {
  const again = { interaction: 'the same' };
  const answers = await Promise.all([ID(8), ID(9)].map((id) => choose('channelId', id, again)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual(['ok', 'repeated']);
  expect((await read()).version).toBe(1);
  const kept = await held.get()`select from orderly_staff_actions where interaction_id = 'the same'`;
  expect(kept.length).toBe(1);
});

it.each([
  ['a field that there is not', 'guildId', ID(1), 'there is no such setting'],
  ['a list where one is wanted', 'channelId', [ID(1)], 'one Discord id is wanted'],
  ['one where a list is wanted', 'actRoleIds', ID(1), 'a list is wanted'],
  ['nothing at all', 'actRoleIds', undefined, 'a list is wanted'],
  ['what is no id', 'channelId', 'purchases', 'that is no Discord id'],
  ['a list with what is no id', 'actRoleIds', [ID(1), null], 'that is no Discord id'],
  [
    'more than ten',
    'actRoleIds',
    Array.from({ length: 11 }, (_, n) => `3000000000000000${n + 10}`),
    'at most ten',
  ],
  ['one twice', 'actRoleIds', [ID(1), ID(1)], 'each once'],
  ['everybody as a right', 'viewRoleIds', [GUILD], '@everyone is no role of staff'],
  ['everybody as who is called', 'onCallRoleId', GUILD, '@everyone is no role of staff'],
])('%s is refused, kept as refused, and changes nothing', async (_name, field, value, words) => {
  const answer = await choose(field, value);
  expect(answer).toMatchObject({ outcome: 'setup_invalid', detail: expect.stringContaining(words) });
  expect((await read()).version).toBe(0);
  const [kept] = await held.get()`select action, outcome, detail from orderly_staff_actions`;
  expect(kept).toMatchObject({ action: 'setup', outcome: 'setup_invalid', detail: answer.detail });
});

it('a test message is a row for each channel; given up, it is not posted any more', async () => {
  const ask = { interaction: 'test', actor_id: ID(9), actor_name: 'Emil', target: '', action: 'setup_test' };
  await call(held.get(), 'orderly_act', { ...ask, channels: [ID(1), ID(2), ID(1)] });
  const room = { alerts: 0, posts: 9, edits: 0, busy: [] };
  const waiting = async () =>
    ((await call(held.get(), 'orderly_outbox', room)).messages as { id: number; channel_id: string }[]).map(
      ({ id, channel_id }) => ({ id, channel_id }),
    );
  const [first, second, ...others] = await waiting();
  expect(others).toEqual([]);
  expect([first?.channel_id, second?.channel_id]).toEqual([ID(1), ID(2)]);
  const shown = { generation: 1, outcome: 'shown', version: 1, channel_id: ID(1), message_id: ID(5) };
  await call(held.get(), 'orderly_shown', { id: first?.id, ...shown });
  const tested = async (give_up: boolean, interaction = 'test') =>
    testedSchema.parse(await call(held.get(), 'orderly_tested', { interaction, give_up })).messages;
  const expected = [
    { channel_id: ID(1), message_id: ID(5), error: null },
    { channel_id: ID(2), message_id: null, error: null },
  ];
  expect(await tested(false)).toEqual(expected);
  expect(await tested(true, 'tes')).toEqual([]);
  expect(await waiting()).toHaveLength(1);
  expect(await tested(true)).toEqual(expected);
  expect(await waiting()).toEqual([]);
});
