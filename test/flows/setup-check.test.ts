import { afterEach, expect, it } from 'vitest';
import { Permission, type SimMessage } from '../../sandbox/discord/index.ts';
import { until, type World } from '../../sandbox/world.ts';
import { pass } from '../helpers/pass.ts';
import { buy, messages, textOf, untilReady } from '../helpers/purchases.ts';
import { choose, goTo, openSetup, press } from '../helpers/setup.ts';
import { actionsOn } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 5 });

afterEach(() => {
  const { discord } = held.get();
  Object.assign(discord.faults, { noPermission: false, onCallNotMentionable: false });
  discord.changeOverwrite(discord.channels.purchases, discord.guildId, null);
  discord.changeOverwrite(discord.channels.alerts, discord.applicationId, null);
});

async function checked(world: World): Promise<SimMessage> {
  const page = await openSetup(world, 'emil');
  await goTo(world, 'emil', page, 'check');
  return page;
}

it('Check names every missing permission of every channel, and where to click', async () => {
  const world = held.get();
  const { channels, roles, people } = world.discord;
  const page = await openSetup(world, 'emil');
  await choose(world, 'emil', page, 'alertChannelId', [channels.alerts]);
  await goTo(world, 'emil', page, 'call');
  await choose(world, 'emil', page, 'escalationRoleId', [roles.secondLine]);
  await choose(world, 'emil', page, 'escalationUserId', [people.ben]);
  await goTo(world, 'emil', page, 'check');
  expect(textOf(page)).toContain('All is well.');

  const { ViewChannel, SendMessages, CreatePublicThreads } = Permission;
  world.discord.changeOverwrite(channels.purchases, world.discord.guildId, {
    allow: 0n,
    deny: ViewChannel | SendMessages,
  });
  world.discord.changeOverwrite(channels.alerts, world.discord.applicationId, {
    allow: 0n,
    deny: CreatePublicThreads,
  });
  world.discord.faults.onCallNotMentionable = true;
  await goTo(world, 'emil', page, 'check');
  const said = textOf(page);
  for (const name of ['View Channel', 'Send Messages']) {
    expect(said).toContain(`🔴 <#${channels.purchases}>: **${name}** is missing`);
    expect(said).toContain(`→ Edit Channel → Permissions → + → \`Orderly\` (the role) → ✅ ${name}`);
  }
  expect(said).toContain(`🔴 <#${channels.alerts}>: **Create Public Threads** is missing`);
  expect(said).toContain('→ Edit Channel → Permissions → `Orderly` (the member) → ✅ Create Public Threads');
  expect(said).toContain(`🔴 <@&${roles.onCall}>: A ping of this role reaches nobody.`);
  expect(said).toContain('`On call` → ✅ Allow anyone to @mention this role');
  expect(said).toContain(`🟢 <@&${roles.secondLine}>`);
  expect(said).not.toContain('**Read Message History** is missing');
});

it('a test message arrives in each channel, pings nobody, and its button leads to the settings', async () => {
  const world = held.get();
  const { channels } = world.discord;
  const outcome = await press(world, 'emil', await checked(world), 'setup:test');
  const said = textOf(outcome.reply ?? undefined);
  for (const id of [channels.purchases, channels.alerts]) {
    const posted = world.discord.messages(id).filter((m) => textOf(m).includes('🧪 A test message'));
    expect(posted).toHaveLength(1);
    expect(posted[0]?.pings).toEqual({ everyone: false, roles: [], users: [] });
    expect(said).toContain(
      `🟢 <#${id}>: [it arrived](https://discord.com/channels/${world.discord.guildId}/${id}/${posted[0]?.id})`,
    );
  }
  const [action, ...others] = await actionsOn(world, `${channels.purchases} ${channels.alerts}`);
  expect(others).toEqual([]);
  expect(action).toMatchObject({ actor_name: 'Emil', action: 'setup_test', outcome: 'test_asked' });

  const message = messages(world).find((m) => textOf(m).includes('🧪 A test message'))!;
  const customId = /"(setup:open:[^"]+)"/.exec(textOf(message))![1]!;
  const opened = await press(world, 'emil', message, customId);
  expect(opened.reply?.ephemeralFor).toBe(world.discord.people.emil);
  expect(textOf(message)).toContain('🧪 A test message');
});

it('a test message that Discord refuses is told with the reason, and never comes later', async () => {
  const world = held.get();
  world.discord.faults.noPermission = true;
  const before = messages(world).length;
  const outcome = await press(world, 'emil', await checked(world), 'setup:test');
  const said = await until('an answer', () => {
    const text = textOf(outcome.reply ?? undefined);
    return text.includes('given up') && text;
  });
  expect(said).toContain('may not write in its Discord channel');
  world.discord.faults.noPermission = false;
  const sale = await buy(world);
  await untilReady(world, sale, 30_000);
  await pass(world, 5_000);
  expect(messages(world).filter((m) => textOf(m).includes('🧪')).length).toBe(1);
  expect(messages(world).length).toBe(before + 1);
});

it('a test shows at once that what was wrong is mended, without waiting for the next try', async () => {
  const world = held.get();
  world.discord.faults.noPermission = true;
  const sale = await buy(world);
  // The tries come less and less often by now.
  await pass(world, 40_000);
  world.discord.faults.noPermission = false;
  const outcome = await press(world, 'emil', await checked(world), 'setup:test');
  expect(textOf(outcome.reply ?? undefined)).toContain('it arrived');
  expect(textOf(outcome.reply ?? undefined)).not.toContain('given up');
  await untilReady(world, sale, 3_000);
});
