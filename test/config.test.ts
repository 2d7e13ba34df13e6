import { expect, it } from 'vitest';
import { readConfig, readMigrateConfig, SETTINGS } from '../src/config.ts';

const GOOD = {
  STRIPE_SECRET_KEY: 'rk_live_0123456789',
  STRIPE_WEBHOOK_SECRET: ' whsec_0123456789\n',
  SUPABASE_URL: 'https://project.supabase.co/',
  SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_0123456789',
  REDIS_URL: 'rediss://user:secret@redis.example:6380',
  PANEL_URL: 'https://panel.example',
  PANEL_API_KEY: 'ptla_0123456789',
  DISCORD_TOKEN: 'abcdefghijklmnopqrstuvwxyz',
  DISCORD_GUILD_ID: '123456789012345678',
};
/** What serves until /setup has chosen. */
const FIRST = {
  DISCORD_CHANNEL_ID: '123456789012345679',
  DISCORD_STAFF_ROLE_ID: '123456789012345680',
  DISCORD_ON_CALL_ROLE_ID: '123456789012345681',
  DISCORD_ESCALATION_ROLE_ID: '123456789012345682',
  DISCORD_ESCALATION_USER_ID: '123456789012345683',
  DISCORD_ON_CALL_USER_IDS: '123456789012345684, 123456789012345685',
};

it('reads good settings, trimmed, with defaults, and takes the mode from the key', () => {
  const config = readConfig(GOOD);
  expect(config).toMatchObject({
    port: 8080,
    deadlineMs: 600_000,
    stripe: { livemode: true, webhookSecrets: ['whsec_0123456789'] },
  });
  expect(config.supabase.url).toBe('https://project.supabase.co');
});

it('names every missing setting at once, with its fix', () => {
  const required = Object.keys(GOOD);
  expect(() => readConfig({})).toThrow(`${required.length} settings are missing or wrong`);
  for (const name of required)
    expect(() => readConfig({})).toThrow(new RegExp(`- ${name} is missing\\. .{10,}`));
});

it.each(Object.keys({ ...GOOD, ...FIRST }))(
  'says that %s is malformed without repeating its value',
  (name) => {
    const value = 'xX-not-it';
    let said = '';
    try {
      readConfig({ ...GOOD, [name]: value });
    } catch (thrown) {
      said = String(thrown);
    }
    expect(said).toContain(`- ${name} `);
    expect(said).not.toContain(value);
  },
);

it('needs no channel, role or person of Discord, and takes those that are named as what serves first', () => {
  expect(readConfig(GOOD).discord).toMatchObject({
    guildId: GOOD.DISCORD_GUILD_ID,
    first: { channelId: null, onCallRoleId: null, actRoleIds: [], namedUserIds: [] },
  });
  expect(readConfig({ ...GOOD, ...FIRST }).discord.first).toEqual({
    channelId: FIRST.DISCORD_CHANNEL_ID,
    onCallRoleId: FIRST.DISCORD_ON_CALL_ROLE_ID,
    escalationRoleId: FIRST.DISCORD_ESCALATION_ROLE_ID,
    escalationUserId: FIRST.DISCORD_ESCALATION_USER_ID,
    namedUserIds: ['123456789012345684', '123456789012345685'],
    actRoleIds: [FIRST.DISCORD_STAFF_ROLE_ID],
  });
  const many = Array.from({ length: 11 }, () => FIRST.DISCORD_CHANNEL_ID).join(',');
  expect(() => readConfig({ ...GOOD, DISCORD_ON_CALL_USER_IDS: many })).toThrow('at most ten Discord ids');
});

it('takes no heartbeat and no pager for granted, and leaves their addresses as they are', () => {
  expect(readConfig(GOOD)).toMatchObject({ heartbeatUrl: null, pagerUrl: null });
  const urls = { HEARTBEAT_URL: 'https://beat.example/abc/', PAGER_URL: 'https://pager.example/?token=t' };
  expect(readConfig({ ...GOOD, ...urls })).toMatchObject({
    heartbeatUrl: 'https://beat.example/abc/',
    pagerUrl: 'https://pager.example/?token=t',
  });
});

it.each([
  ['HEARTBEAT_URL', 'redis://hidden.example', 'must be an http(s) address'],
  ['PAGER_URL', 'hidden', 'must be an http(s) address'],
  ['PAGER_URL', 'https://hidden:hidden@pager.example', 'must not have a user name or password'],
])('refuses %s without repeating it', (name, value, reason) => {
  let said = '';
  try {
    readConfig({ ...GOOD, [name]: value });
  } catch (thrown) {
    said = String(thrown);
  }
  expect(said).toContain(`- ${name} ${reason}`);
  expect(said).not.toContain('hidden');
});

it('refuses a client key of the panel, and a database address that is none', () => {
  expect(() => readConfig({ ...GOOD, PANEL_API_KEY: 'ptlc_0123456789' })).toThrow('not a client key');
  expect(() => readMigrateConfig({ SUPABASE_DB_URL: 'https://project.supabase.co' })).toThrow('postgres://');
  expect(Object.keys(SETTINGS)).toEqual(expect.arrayContaining(Object.keys(GOOD)));
});
