import { expect, it } from 'vitest';
import { readConfig, readLoosely, readMigrateConfig, readWorkerConfig, SETTINGS } from '../src/config.ts';

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
    roles: ['webhook', 'worker', 'bot'],
    livemode: true,
    webhook: { secrets: ['whsec_0123456789'] },
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
  expect(readConfig(GOOD).bot?.discord).toMatchObject({
    guildId: GOOD.DISCORD_GUILD_ID,
    first: { channelId: null, onCallRoleId: null, actRoleIds: [], namedUserIds: [] },
  });
  expect(readConfig({ ...GOOD, ...FIRST }).bot?.discord.first).toEqual({
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
  expect(readConfig(GOOD).worker).toMatchObject({ heartbeatUrl: null, pagerUrl: null });
  const urls = { HEARTBEAT_URL: 'https://beat.example/abc/', PAGER_URL: 'https://pager.example/?token=t' };
  expect(readConfig({ ...GOOD, ...urls }).worker).toMatchObject({
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

/** All that each role needs, and nothing more. */
const NEEDED = {
  webhook: ['STRIPE_MODE', 'STRIPE_WEBHOOK_SECRET'],
  worker: ['STRIPE_SECRET_KEY', 'PANEL_URL', 'PANEL_API_KEY'],
  bot: ['STRIPE_SECRET_KEY', 'PANEL_URL', 'PANEL_API_KEY', 'DISCORD_TOKEN', 'DISCORD_GUILD_ID'],
};
const BY_ALL = ['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'REDIS_URL'];
const envOf = (...names: string[]) => {
  const all: Record<string, string> = { ...GOOD, STRIPE_MODE: 'live' };
  return Object.fromEntries(names.map((name) => [name, all[name]!]));
};
const problemsOf = (env: Record<string, string>) => {
  try {
    readConfig(env);
    return [];
  } catch (thrown) {
    return [...String(thrown).matchAll(/^ {2}- (.+)$/gm)].map(([, problem]) => problem!);
  }
};

it.each(Object.entries(NEEDED))(
  'a %s needs its own settings and no others, each named with it',
  (role, own) => {
    const config = readConfig({ ...envOf(...BY_ALL, ...own), ROLES: role });
    expect(config).toMatchObject({ roles: [role], livemode: true });
    for (const other of ['webhook', 'worker', 'bot'] as const)
      expect(config[other] === null).toBe(other !== role);
    for (const name of own) {
      const [problem, ...more] = problemsOf({
        ...envOf(...BY_ALL, ...own.filter((one) => one !== name)),
        ROLES: role,
      });
      expect(more).toEqual([]);
      expect(problem).toMatch(new RegExp(`^${name} is missing\\.`));
      if (name !== 'STRIPE_MODE') expect(problem).toContain(`(Needed by the ${role}, which ROLES names.)`);
    }
  },
);

it('what a role does not use may be wrong, and is not read', () => {
  const env = {
    ...envOf(...BY_ALL, ...NEEDED.webhook),
    ROLES: 'webhook',
    PANEL_URL: 'nonsense',
    LOW_STOCK: 'x',
  };
  expect(readConfig(env).webhook).toEqual({ secrets: ['whsec_0123456789'], provisionToken: null });
  expect(readLoosely(env).problems).toEqual([]);
});

it('reads roles in any order and case, and refuses one that there is not', () => {
  expect(readConfig({ ...GOOD, ROLES: ' Bot, worker,bot ' }).roles).toEqual(['worker', 'bot']);
  const words = 'ROLES must name roles of webhook, worker, bot';
  for (const wrong of ['wroker', 'worker;bot', ','])
    expect(problemsOf({ ...GOOD, ROLES: wrong })).toEqual([expect.stringContaining(words)]);
});

it('knows test from live by the key, else by STRIPE_MODE, and says when the two differ', () => {
  const webhook = { ...envOf(...BY_ALL, 'STRIPE_WEBHOOK_SECRET'), ROLES: 'webhook' };
  expect(readConfig({ ...webhook, STRIPE_MODE: 'test' }).livemode).toBe(false);
  expect(readConfig({ ...webhook, STRIPE_SECRET_KEY: GOOD.STRIPE_SECRET_KEY }).livemode).toBe(true);
  expect(problemsOf({ ...GOOD, STRIPE_MODE: 'test' })).toEqual([
    expect.stringContaining('STRIPE_MODE is test, and STRIPE_SECRET_KEY is a key of live mode'),
  ]);
});

it('what a person does by hand needs no more than a worker does, whatever ROLES says', () => {
  const env = { ...envOf(...BY_ALL, ...NEEDED.worker), ROLES: 'bot' };
  expect(readWorkerConfig(env).worker.panel.url).toBe('https://panel.example');
});

it('knows every secret among the settings, also a password in an address', () => {
  expect(readConfig(GOOD).secrets).toEqual(
    expect.arrayContaining([GOOD.STRIPE_SECRET_KEY, GOOD.DISCORD_TOKEN, GOOD.REDIS_URL, 'secret']),
  );
});
