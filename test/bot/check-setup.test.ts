import { PermissionFlagsBits as Bit } from 'discord.js';
import { expect, it } from 'vitest';
import type { Channel, Guild, Member } from '../../src/bot/guild.ts';
import { rightsIn } from '../../src/bot/guild-rights.ts';
import { PERMISSION_BITS } from '../../src/bot/invite.ts';
import { NO_SETTINGS, type Settings } from '../../src/bot/settings.ts';
import { checkSetup, type SetupFacts } from '../../src/runbook/check-setup.ts';

const [GUILD, OWNER, BOT, BEN] = ['1', '2', '3', '4'] as const;
const [BOT_ROLE, ON_CALL, STAFF] = ['10', '11', '12'] as const;
const role = (id: string, permissions = 0n, more: Partial<Guild['roles'][number]> = {}) => ({
  id,
  name: `role ${id}`,
  permissions,
  mentionable: true,
  ...more,
});
const guild = (...changed: Guild['roles']): Guild => {
  const roles = [
    role(GUILD, Bit.ViewChannel),
    role(BOT_ROLE, PERMISSION_BITS, { tags: { bot_id: BOT } }),
    role(ON_CALL),
    role(STAFF),
  ];
  return {
    id: GUILD,
    owner_id: OWNER,
    roles: roles.map((one) => changed.find(({ id }) => id === one.id) ?? one),
  };
};
const channel = (id: string, overwrites: Channel['permission_overwrites'] = [], type = 0): Channel => ({
  id,
  type,
  name: `channel ${id}`,
  permission_overwrites: overwrites,
});
const member = (id: string, roles: string[], bot = false): Member => ({
  user: { id, username: `user ${id}`, bot },
  roles,
});
const self = member(BOT, [BOT_ROLE], true);
const good: Settings = {
  ...NO_SETTINGS,
  guildId: GUILD,
  channelId: '20',
  onCallRoleId: ON_CALL,
  escalationUserId: BEN,
  actRoleIds: [STAFF],
};
const facts = (changed: Partial<SetupFacts> = {}): SetupFacts => ({
  guild: guild(),
  channels: [channel('20'), channel('21')],
  self,
  people: new Map([[BEN, member(BEN, [])]]),
  ...changed,
});
const wrong = (given: SetupFacts, settings = good) =>
  checkSetup(given, settings)
    .filter(({ level }) => level !== 'good')
    .map(({ level, says }) => `${level}: ${says}`);

it('a permission follows from roles, then the overwrites for everyone, for roles, for the member', () => {
  const rights = (overwrites: Channel['permission_overwrites'], who = self) =>
    rightsIn(guild(), who, channel('20', overwrites));
  const send = Bit.SendMessages;
  expect(rights([]) & send).toBe(send);
  expect(rights([{ id: GUILD, allow: 0n, deny: send }]) & send).toBe(0n);
  const forRole = { id: BOT_ROLE, allow: send, deny: 0n };
  expect(rights([{ id: GUILD, allow: 0n, deny: send }, forRole]) & send).toBe(send);
  expect(rights([forRole, { id: BOT, allow: 0n, deny: send }]) & send).toBe(0n);
  // Of roles, allowing wins; a role that the member has not is of no account.
  const both = member(BOT, [BOT_ROLE, STAFF]);
  expect(rights([forRole, { id: STAFF, allow: 0n, deny: send }], both) & send).toBe(send);
  expect(rights([{ id: STAFF, allow: 0n, deny: send }]) & send).toBe(send);
  // The owner and an administrator may do all, whatever is denied.
  const denied = [{ id: GUILD, allow: 0n, deny: send }];
  expect(rights(denied, member(OWNER, [])) & send).toBe(send);
  expect(
    rightsIn(guild(role(STAFF, Bit.Administrator)), member(BEN, [STAFF]), channel('20', denied)) & send,
  ).toBe(send);
});

it('finds nothing wrong where nothing is', () => {
  expect(wrong(facts())).toEqual([]);
});

it('names each missing permission, also when the channel cannot be seen', () => {
  const said = wrong(facts({ guild: guild(role(BOT_ROLE, Bit.ReadMessageHistory), role(GUILD)) }));
  for (const name of ['View Channel', 'Send Messages', 'Create Public Threads', 'Send Messages in Threads'])
    expect(said.some((one) => one.startsWith(`bad: **${name}** is missing`))).toBe(true);
  expect(said.some((one) => one.includes('Read Message History'))).toBe(false);
});

it.each<[string, SetupFacts, Settings, string]>([
  [
    'no channel',
    facts(),
    { ...good, channelId: null, alertChannelId: '21' },
    'bad: No channel for purchases is chosen.',
  ],
  ['a channel that is gone', facts({ channels: [] }), good, 'bad: This channel is gone.'],
  ['a voice channel', facts({ channels: [channel('20', [], 2)] }), good, 'bad: This is no text channel.'],
  [
    'no on-call role',
    facts(),
    { ...good, onCallRoleId: null },
    'bad: No on-call role is chosen: an alert calls nobody.',
  ],
  ['an on-call role that is gone', facts(), { ...good, onCallRoleId: '99' }, 'bad: This role is gone.'],
  [
    'one that cannot be pinged',
    facts({ guild: guild(role(ON_CALL, 0n, { mentionable: false })) }),
    good,
    'bad: A ping of this role reaches nobody.',
  ],
  [
    'no escalation',
    facts({ people: new Map() }),
    { ...good, escalationUserId: null },
    'warning: No escalation: an alert that nobody acknowledges calls nobody else.',
  ],
  [
    'an escalation role that is gone',
    facts(),
    { ...good, escalationRoleId: '99' },
    'warning: This role is gone.',
  ],
  [
    'a person who left',
    facts({ people: new Map([[BEN, null]]) }),
    good,
    'warning: This person is not in the server.',
  ],
  [
    'a bot as the person',
    facts({ people: new Map([[BEN, member(BEN, [], true)]]) }),
    good,
    'warning: This is a bot: nobody hears it being called.',
  ],
  [
    'a person who cannot see the alerts',
    facts({ channels: [channel('20'), channel('21', [{ id: BEN, allow: 0n, deny: Bit.ViewChannel }])] }),
    { ...good, alertChannelId: '21' },
    'warning: This person cannot see the alerts, and is not called.',
  ],
  [
    'a right of a role that is gone',
    facts(),
    { ...good, viewRoleIds: ['99'] },
    'warning: This role is gone.',
  ],
  [
    'nobody who may act',
    facts(),
    { ...good, actRoleIds: [] },
    'warning: No role may act: only administrators of the Discord server can press Retry.',
  ],
])('finds %s, and nothing else', (_name, given, settings, finding) => {
  expect(wrong(given, settings)).toEqual([finding]);
});

it('a role that is not mentionable can be pinged by a bot that may mention everyone', () => {
  const roles = [
    role(ON_CALL, 0n, { mentionable: false }),
    role(BOT_ROLE, PERMISSION_BITS | Bit.MentionEveryone, { tags: { bot_id: BOT } }),
  ];
  expect(wrong(facts({ guild: guild(...roles) }))).toEqual([]);
});
