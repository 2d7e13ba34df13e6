import { PermissionFlagsBits as Bit } from 'discord.js';
import { expect, it } from 'vitest';
import { blockedRoles, type PingFacts } from '../../src/bot/ping-check.ts';
import { NO_SETTINGS } from '../../src/bot/settings.ts';

const settings = { ...NO_SETTINGS, guildId: '1', channelId: '9', onCallRoleId: '42', escalationRoleId: '43' };
const role = (id: string, mentionable: boolean, permissions = 0n) => ({
  id,
  name: id,
  mentionable,
  permissions,
});
const facts = (changes: Partial<PingFacts> = {}): PingFacts => ({
  ...{ guildId: '1', botId: '8', botRoles: ['80'], overwrites: [] },
  roles: [role('1', false), role('42', true), role('43', true), role('80', false)],
  counts: { 42: 1, 43: 2 },
  ...changes,
});
const shy = [role('1', false), role('42', false), role('43', true)];
const deny = (id: string) => ({ id, allow: 0n, deny: Bit.MentionEveryone });
const allow = (id: string) => ({ id, allow: Bit.MentionEveryone, deny: 0n });

it.each<[string, Partial<PingFacts>, Record<string, string>]>([
  ['mentionable roles with people in them', {}, {}],
  ['a role that is not mentionable', { roles: shy }, { 42: 'it is not mentionable' }],
  ['a role that nobody has', { counts: { 43: 1 } }, { 42: 'nobody has it' }],
  ['a role that is gone', { roles: [role('42', true)] }, { 43: 'there is no such role any more' }],
  ['counts that Discord does not tell', { counts: null }, {}],
  ['the right to mention', { roles: [...shy, role('80', false, Bit.MentionEveryone)] }, {}],
  [
    'an administrator',
    { roles: [...shy, role('80', false, Bit.Administrator)], overwrites: [deny('8')] },
    {},
  ],
  [
    'the right to mention, which the channel takes away',
    { roles: [...shy, role('80', false, Bit.MentionEveryone)], overwrites: [deny('80')] },
    { 42: 'it is not mentionable' },
  ],
  ['the right to mention, which the channel gives', { roles: shy, overwrites: [deny('1'), allow('80')] }, {}],
  [
    'what the channel says of the bot itself, above its roles',
    { roles: shy, overwrites: [allow('80'), deny('8')] },
    { 42: 'it is not mentionable' },
  ],
])('whether pings land, with %s', (_, changes, blocked) => {
  expect(blockedRoles(facts(changes), settings)).toEqual(blocked);
});
