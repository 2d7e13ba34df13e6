import { beforeEach, expect, it } from 'vitest';
import type { SimMessage } from '../../sandbox/discord/index.ts';
import { until, type World } from '../../sandbox/world.ts';
import { pass } from '../helpers/pass.ts';
import { alerts, buy, calls, messages, textOf } from '../helpers/purchases.ts';
import { command, pressed } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const ACK_MS = 60_000;
const ESCALATE_MS = 20_000;
const held = useWorld({
  factor: 10,
  installMs: 2_000,
  timings: { ackMs: ACK_MS, escalateMs: ESCALATE_MS, snapshotMs: 500, pingCheckMs: 3_000 },
  envOf: ({ roles, people }) => ({
    DISCORD_ESCALATION_ROLE_ID: roles.secondLine,
    DISCORD_ESCALATION_USER_ID: people.emil,
    DISCORD_ON_CALL_USER_IDS: `${people.anna}, ${people.ben}`,
  }),
});

const none = (world: World, what: string) => async () => (await world.database.unsafe(what)).length === 0;
const OPEN = "select 1 from orderly_incidents where closed_at is null and severity = 'alert'";
const ON_THE_WAY = "select 1 from orderly_purchases where install is distinct from 'ready'";

beforeEach(async () => {
  const world = held.get();
  world.panel.faults.maintenance = false;
  await until('nothing is open', none(world, OPEN), 60_000);
  await until('all have their server', none(world, ON_THE_WAY), 60_000);
});

/** The panel goes out and somebody buys: the alert of it, and the calls after it. */
async function outage(world: World): Promise<{ alert: SimMessage; calls(): SimMessage[] }> {
  const known = new Set(messages(world));
  world.panel.faults.maintenance = true;
  await buy(world);
  const alert = await until('an alert', () => alerts(world).find((message) => !known.has(message)));
  return { alert, calls: () => callsOf(world, alert) };
}

function callsOf(world: World, alert: SimMessage): SimMessage[] {
  return calls(world).filter((message) => message.referencedMessageId === alert.id);
}

const whom = ({ pings: { roles, users } }: SimMessage) => [...roles, ...users];
const untilCalls = (all: () => SimMessage[], count: number) =>
  until(`${count} calls`, () => all().length >= count && all(), 30_000);

it('an alert that nobody answers calls the second role, then a person, each once and as a reply to it', async () => {
  const world = held.get();
  const { roles, people } = world.discord;
  const { alert, calls: made } = await outage(world);
  expect(whom(alert)).toEqual([roles.onCall]);
  const all = await untilCalls(made, 2);
  await pass(world, 3 * ESCALATE_MS);
  expect(made()).toHaveLength(2);
  expect(all.map(whom)).toEqual([[roles.secondLine], [people.emil]]);
  expect(all.map((message) => message.referencedMessageId)).toEqual([alert.id, alert.id]);
  expect(all[0]!.createdMs - alert.createdMs).toBeGreaterThanOrEqual(ESCALATE_MS);
  world.panel.faults.maintenance = false;
  await until(
    'the last call says that it is over',
    () => textOf(made()[1]).includes('🟢 It is over'),
    40_000,
  );
  expect(made()).toHaveLength(2);
}, 120_000);

it('in hand it names who is on it and is quiet; when that lapses it calls them and the role, and a second one may take it over', async () => {
  const world = held.get();
  const { roles, people } = world.discord;
  const { alert, calls: made } = await outage(world);
  expect(textOf(await pressed(world, 'anna', alert, 'ack'))).toContain('It is yours');
  await until('it names her', () => /🙋 \*\*`Anna`\*\* is on it/.test(textOf(alert)));
  expect(textOf(await pressed(world, 'anna', alert, 'ack'))).toContain('already, quiet until');
  await pass(world, 2 * ESCALATE_MS);
  expect(made()).toEqual([]);
  const [call] = await untilCalls(made, 1);
  expect(call!.createdMs - alert.createdMs).toBeGreaterThanOrEqual(ACK_MS);
  expect(whom(call!).toSorted()).toEqual([roles.onCall, people.anna].toSorted());
  expect(JSON.stringify(call!.history[0])).toContain('Still not over: `Anna` was on it');
  await pressed(world, 'anna', call!, 'ack');
  expect(textOf(await pressed(world, 'ben', alert, 'ack'))).toContain('taken over from `Anna`');
  await until('both say so', () =>
    [alert, call].every((message) => /`Ben`\*\* is on it.*taken over from `Anna`/.test(textOf(message))),
  );
  await pass(world, 2 * ESCALATE_MS);
  expect(made()).toHaveLength(1);
}, 120_000);

it('in hand it calls again when its orders have doubled', async () => {
  const world = held.get();
  const { alert, calls: made } = await outage(world);
  await pressed(world, 'anna', alert, 'ack');
  await buy(world);
  const [call] = await untilCalls(made, 1);
  expect(JSON.stringify(call!.history[0])).toContain('It grew to 2 orders');
  expect(call!.createdMs - alert.createdMs).toBeLessThan(ACK_MS);
}, 90_000);

it('while Discord is away nobody further is called, and what is over by then pings nobody', async () => {
  const world = held.get();
  const { alert, calls: made } = await outage(world);
  await pass(world, ESCALATE_MS / 2);
  world.discord.faults.rest500 = true;
  await until(
    'a call is due',
    async () => {
      const rows =
        await world.database`select 1 from orderly_messages where kind = 'call' and message_id is null and tries > 0`;
      return rows.length > 0;
    },
    30_000,
  );
  world.panel.faults.maintenance = false;
  await until(
    'it is over',
    async () => {
      const rows =
        await world.database`select 1 from orderly_incidents where closed_at is null and severity = 'alert'`;
      return rows.length === 0;
    },
    40_000,
  );
  // What was under way when it ended is not repeated once Discord is back.
  await pass(world, 5_000);
  world.discord.faults.rest500 = false;
  await until('the alert says so', () => textOf(alert).includes('🟢 Over'), 40_000);
  await until(
    'nothing is behind',
    async () => {
      const rows =
        await world.database`select 1 from orderly_messages where kind = 'call' and shown_version < wanted_version`;
      return rows.length === 0;
    },
    30_000,
  );
  expect(made()).toEqual([]);
}, 120_000);

it('whoever is on call by name is called first, the role after them', async () => {
  const world = held.get();
  const { roles, people, channels } = world.discord;
  const { ben } = people;
  expect(await command(world, 'anna', 'oncall', {})).toContain('Nobody is on call by name');
  await command(world, 'anna', 'oncall', { action: 'hand_over', to: ben, hours: 2 });
  const said = world.discord.messages(channels.purchases).at(-1);
  expect(textOf(said)).toContain(`<@${ben}> is on call now, until`);
  expect(said?.ephemeralFor).toBeNull();
  expect(whom(said!)).toEqual([]);
  const { alert, calls: made } = await outage(world);
  expect(whom(alert)).toEqual([ben]);
  const [call] = await untilCalls(made, 1);
  expect(whom(call!)).toEqual([roles.onCall]);
  expect(await command(world, 'ben', 'oncall', { action: 'take' })).toContain(`<@${ben}> is on call now`);
  expect(await command(world, 'anna', 'oncall', { action: 'hand_over' })).toContain('To whom?');
  expect(await command(world, 'ben', 'oncall', { action: 'leave' })).toContain('no longer on call');
  expect(await command(world, 'ben', 'oncall', { action: 'leave' })).toContain('Nobody was on call by name');
}, 90_000);

it('a drill pings, touches no panel, and says how long it took until somebody was on it', async () => {
  const world = held.get();
  const known = new Set(messages(world));
  const asked = world.panel.requests.length;
  expect(await command(world, 'anna', 'drill', {})).toContain('The drill began');
  expect(await command(world, 'ben', 'drill', {})).toContain('begun by `Anna`');
  const alert = await until('a drill', () => alerts(world).find((message) => !known.has(message)));
  expect(textOf(alert)).toContain('Drill:');
  expect(whom(alert)).toEqual([world.discord.roles.onCall]);
  await untilCalls(() => callsOf(world, alert), 1);
  expect(textOf(await pressed(world, 'ben', alert, 'ack'))).toMatch(/on it after .* \(step 2\)/);
  await until('it says so', () =>
    /Drill over: `Ben` acknowledged after \d+ (seconds|minutes) \(step 2\)/.test(textOf(alert)),
  );
  const sent = world.panel.requests.slice(asked).filter(({ method }) => method !== 'GET');
  expect(sent).toEqual([]);
}, 90_000);

it('a drill that nobody answers ends after its last step', async () => {
  const world = held.get();
  const known = new Set(messages(world));
  await command(world, 'anna', 'drill', {});
  const alert = await until('a drill', () => alerts(world).find((message) => !known.has(message)));
  const end = await until(
    'it ends',
    () => /nobody acknowledged in .* \(3 steps\)/.exec(textOf(alert)),
    40_000,
  );
  expect(end[0]).toMatch(/nobody/);
}, 90_000);

it.each(['onCallNotMentionable', 'onCallEmpty'] as const)(
  'with "%s" people are called by name beside the role, the message says why, and a warning says what to click',
  async (fault) => {
    const world = held.get();
    const { people, roles, faults } = world.discord;
    faults[fault] = true;
    const warning = await until('a warning', () =>
      alerts(world).findLast(
        (message) => textOf(message).includes('### 🟡') && textOf(message).includes('could not ping'),
      ),
    );
    expect(whom(warning)).toEqual([]);
    const { alert } = await outage(world);
    expect(alert.pings.users.toSorted()).toEqual([people.anna, people.ben].toSorted());
    expect(textOf(alert)).toContain(`<@&${roles.onCall}> can't be pinged: `);
    faults[fault] = false;
    await until('the warning ends', () => textOf(warning).includes('🟢 Over'), 30_000);
  },
  90_000,
);
