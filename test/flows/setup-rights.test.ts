import { afterEach, expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { leaseEnds } from '../helpers/lease.ts';
import { buy, messages, row, textOf, untilReady } from '../helpers/purchases.ts';
import { choose, goTo, openSetup, press } from '../helpers/setup.ts';
import { actionsOn, command, type Person, pressed } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 5 });

afterEach(() => {
  held.get().proxy.faults.down = false;
});

const refusalsOf = async (world: World, person: Person) => {
  const rows = await world.database`
    select target, outcome, detail from orderly_staff_actions
    where actor_id = ${world.discord.people[person]} and action = 'refused' order by at`;
  return rows.map((one) => ({ ...one }));
};

type Refusal = Record<string, unknown>;
const byTarget = (a: Refusal, b: Refusal) => String(a.target).localeCompare(String(b.target));

async function chooseRoles(world: World): Promise<void> {
  const { roles } = world.discord;
  const page = await openSetup(world, 'emil');
  await goTo(world, 'emil', page, 'rights');
  expect(textOf(page)).toContain('From `DISCORD_STAFF_ROLE_ID`, until it is chosen here.');
  await choose(world, 'emil', page, 'viewRoleIds', [roles.support]);
  await choose(world, 'emil', page, 'adminRoleIds', [roles.admins]);
}

it('who may look may not act, who may act may not set up, and each refusal is kept once', async () => {
  const world = held.get();
  const { roles, people } = world.discord;
  await chooseRoles(world);
  const failing = await buy(world, { planId: 'unknown-plan' });
  const alert = await until('an alert', () =>
    messages(world).find((m) => m.pings.roles.length > 0 && textOf(m).includes(failing.id)),
  );

  expect(await command(world, 'dora', 'order', { order: failing.id })).toContain('not in the catalogue');
  const no = textOf(await pressed(world, 'dora', alert, 'retry'));
  expect(no).toContain(`Only <@&${roles.staff}>, <@&${roles.admins}> may do this.`);
  expect(await command(world, 'dora', 'close', { order: failing.id })).toContain('Only <@&');
  expect((await row(world, failing.id)).closed_at).toBeNull();
  for (const action of ['complete', 'notours'])
    expect(textOf(await pressed(world, 'dora', alert, action))).toContain('Only <@&');
  await until('the refusals', async () => (await refusalsOf(world, 'dora')).length === 4);
  const refused = { outcome: 'refused', detail: 'needs act, has view' };
  const targets = ['close', /^complete:/, /^notours:/, /^retry:/].map((of) => expect.stringMatching(of));
  // Each is kept when it can be: the answer does not wait for that.
  expect((await refusalsOf(world, 'dora')).toSorted(byTarget)).toMatchObject(
    targets.map((target) => ({ target, ...refused })),
  );

  expect(textOf(await pressed(world, 'anna', alert, 'retry'))).toContain('still can');
  expect(await command(world, 'anna', 'setup', {})).toContain(`Only <@&${roles.admins}> may do this.`);
  expect(await command(world, 'carl', 'help', {})).toContain(
    `Only <@&${roles.support}>, <@&${roles.staff}>, <@&${roles.admins}> may do this.`,
  );
  // The role is enough, without any right of Discord's own.
  world.discord.changePersonRoles(people.carl, [roles.admins]);
  expect(textOf(await openSetup(world, 'carl'))).toContain('⚙️ Setup');
  world.discord.changePersonRoles(people.carl, []);
});

it('a form that somebody opened does nothing any more when they may not act', async () => {
  const world = held.get();
  const { roles, people } = world.discord;
  const failing = await buy(world, { planId: 'another-plan' });
  const alert = await until('an alert', () =>
    messages(world).find((m) => m.pings.roles.length > 0 && textOf(m).includes(failing.id)),
  );
  world.discord.changePersonRoles(people.carl, [roles.staff]);
  const where = { personId: people.carl, channelId: alert.channelId, messageId: alert.id };
  const customId = new RegExp(`"(complete:${failing.id}:[^"]+)"`).exec(textOf(alert))?.[1] ?? '';
  const form = await world.discord.press({ ...where, customId });
  // Who may look is chosen above.
  world.discord.changePersonRoles(people.carl, [roles.support]);
  const fields = { plan_id: 'among-us-1gb', term: 'monthly' };
  const sent = await world.discord.submitModal({ personId: people.carl, interactionId: form.id, fields });
  expect(textOf(sent.reply ?? undefined)).toContain('Only <@&');
  await until('its refusal', async () =>
    (await refusalsOf(world, 'carl')).some(({ target }) => target === `form:complete:${failing.id}`),
  );
  world.discord.changePersonRoles(people.carl, []);
  expect(await row(world, failing.id)).toMatchObject({ order_id: null, problem_code: 'unknown_plan' });
});

it('a page of /setup that somebody opened does nothing any more when they may not', async () => {
  const world = held.get();
  const { roles, people, channels } = world.discord;
  world.discord.changePersonRoles(people.carl, [roles.admins]);
  const page = await openSetup(world, 'carl');
  world.discord.changePersonRoles(people.carl, []);
  const before = await world.database`select value from orderly_settings where key = 'discord'`;
  const no = await choose(world, 'carl', page, 'channelId', [channels.general]);
  expect(textOf(no.reply ?? undefined)).toContain('Only <@&');
  expect(textOf((await press(world, 'carl', page, 'setup:page:check')).reply ?? undefined)).toContain(
    'Only <@&',
  );
  expect(await world.database`select value from orderly_settings where key = 'discord'`).toEqual(before);
});

it('a completion is for those who may use the command; its refusal is kept once an hour', async () => {
  const world = held.get();
  const sale = await buy(world);
  await untilReady(world, sale);
  const completed = (person: Person, name: string, typed: string) =>
    world.discord.autocomplete({
      personId: world.discord.people[person],
      channelId: world.discord.channels.purchases,
      name,
      options: { order: typed },
      focused: 'order',
    });
  expect(await completed('dora', 'order', 'Friday')).not.toEqual([]);
  for (const typed of ['F', 'Fr', 'Fri']) expect(await completed('dora', 'close', typed)).toEqual([]);
  expect(await completed('carl', 'order', 'Friday')).toEqual([]);
  const kept = await until('kept', async () => {
    const rows = await world.database`
      select actor_name, target, detail, count(*)::int as n from orderly_staff_actions
      where interaction_id like 'ac:%' and actor_id <> ${world.discord.people.ben} group by 1, 2, 3 order by 1`;
    return rows.length === 2 && rows.map((one) => ({ ...one }));
  });
  expect(kept).toEqual([
    { actor_name: 'Carl', target: 'order', detail: 'needs view, has none', n: 1 },
    { actor_name: 'Dora', target: 'close', detail: 'needs act, has view', n: 1 },
  ]);
});

it('without the database the settings known so far serve, a refusal is answered, a choice says that it is not kept', async () => {
  const world = held.get();
  const { channels } = world.discord;
  const page = await openSetup(world, 'emil');
  world.proxy.faults.down = true;
  expect(await command(world, 'carl', 'help', {})).toContain('Only <@&');
  const answer = await choose(world, 'emil', page, 'channelId', [channels.general]);
  expect(textOf(answer.reply ?? undefined)).toContain('Not recorded');
  await world.bot.kill();
  await world.bot.start();
  // Started without it: the environment serves.
  expect(textOf(await openSetup(world, 'emil'))).toContain('From `DISCORD_CHANNEL_ID`');
  expect(world.bot.isRunning()).toBe(true);
  // While the one that was killed still counts as the leader, the new one would leave Discord as soon as it can ask.
  await leaseEnds(world, 'outbox');
  world.proxy.faults.down = false;
  await until('read again', async () => {
    const again = await openSetup(world, 'emil');
    await goTo(world, 'emil', again, 'rights');
    return textOf(again).includes('Chosen by `Emil`');
  });
  expect(await actionsOn(world, 'channelId')).toEqual([]);
});
