import { type Client, GatewayIntentBits, PermissionFlagsBits } from 'discord.js';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createDiscordClient } from '../../src/bot/client.ts';
import { inviteUrl, PERMISSION_BITS, PERMISSIONS } from '../../src/bot/invite.ts';
import { isAllowed, rolesThatMay } from '../../src/bot/permissions.ts';
import { channelFor, channelsOf, missingOf, NO_SETTINGS } from '../../src/bot/settings.ts';
import { createSettings } from '../../src/bot/settings-holder.ts';
import { createClock } from '../../src/lib/clock.ts';
import type { DiscordSettings } from '../../src/store/store.ts';

const ID = (n: number) => `30000000000000000${n}`;
const log = pino({ level: 'silent' });

/** A holder over a database that answers what it is told to. */
function holder(first: Parameters<typeof createSettings>[2] = {}) {
  const answers: (DiscordSettings | Error)[] = [];
  let asked = 0;
  let now = 0;
  const clock = { ...createClock(1), now: () => now };
  const errors: string[] = [];
  const settings = createSettings(
    {
      clock,
      timings: { settingsMs: 10_000 },
      log: Object.assign(Object.create(log), { error: (words: string) => errors.push(words) }),
      store: {
        discordSettings: async () => {
          asked += 1;
          const next = answers.shift() ?? new Error('away');
          if (next instanceof Error) throw next;
          return next;
        },
      },
    },
    ID(0),
    first,
  );
  return { settings, answers, errors, asked: () => asked, pass: (ms: number) => (now += ms) };
}

const chosen = (version: number, values: DiscordSettings['values']): DiscordSettings => ({
  version,
  values,
  changes: Object.fromEntries(Object.keys(values).map((field) => [field, { by: 'Emil', at: 1 }])),
});

it('the environment serves field by field, until something was chosen, nothing included', async () => {
  const { settings, answers } = holder({ channelId: ID(1), onCallRoleId: ID(2), actRoleIds: [ID(3)] });
  expect(settings.current()).toEqual({
    ...NO_SETTINGS,
    guildId: ID(0),
    channelId: ID(1),
    onCallRoleId: ID(2),
    actRoleIds: [ID(3)],
  });
  answers.push(chosen(1, { channelId: ID(4), actRoleIds: [] }));
  await settings.refresh();
  expect(settings.current()).toMatchObject({ channelId: ID(4), onCallRoleId: ID(2), actRoleIds: [] });
  expect(settings.originOf('channelId')).toEqual({ by: 'Emil', at: 1 });
  expect(settings.originOf('onCallRoleId')).toBe('environment');
  expect(settings.originOf('viewRoleIds')).toBeNull();
});

it('what is known stays while the database does not answer, and an old reading undoes no choice', async () => {
  const { settings, answers } = holder();
  answers.push(chosen(3, { channelId: ID(1) }), new Error('away'), chosen(3, { channelId: ID(1) }));
  await settings.refresh();
  await settings.refresh();
  expect(settings.current().channelId).toBe(ID(1));
  settings.take(chosen(4, { channelId: ID(2) }));
  await settings.refresh();
  expect(settings.current().channelId).toBe(ID(2));
});

it('is read again every ten seconds, and the same settings stay the same object', async () => {
  const { settings, answers, asked, pass } = holder();
  answers.push(chosen(1, {}), chosen(1, {}));
  await settings.refreshIfOld();
  const before = settings.current();
  pass(9_999);
  await settings.refreshIfOld();
  expect(asked()).toBe(1);
  pass(1);
  await settings.refreshIfOld();
  expect(asked()).toBe(2);
  expect(settings.current()).toBe(before);
});

it('says in the log what is missing, once until that changes', async () => {
  const { settings, answers, errors } = holder();
  answers.push(chosen(1, {}), chosen(1, {}), chosen(2, { channelId: ID(1) }));
  for (let count = 0; count < 3; count += 1) await settings.refresh();
  settings.take(chosen(3, { channelId: ID(1), onCallRoleId: ID(2) }));
  await settings.refresh();
  expect(errors).toEqual([
    'no channel and no on-call role chosen yet, so no purchase and no alert is shown in Discord: an administrator runs /setup',
    'no on-call role chosen yet, so an alert comes and calls nobody: an administrator runs /setup',
  ]);
  expect(missingOf(settings.current())).toBeNull();
});

it('alerts and calls go to the channel of alerts where there is one, all else to that of purchases', () => {
  const both = { channelId: ID(1), alertChannelId: ID(2) };
  const kinds = ['purchase', 'board', 'alert', 'call'] as const;
  expect(kinds.map((kind) => channelFor(both, kind))).toEqual([ID(1), ID(1), ID(2), ID(2)]);
  const one = { channelId: ID(1), alertChannelId: null };
  expect(kinds.map((kind) => channelFor(one, kind))).toEqual([ID(1), ID(1), ID(1), ID(1)]);
  expect(channelsOf({ channelId: ID(1), alertChannelId: ID(1) })).toEqual([ID(1)]);
});

it('each level has those before it, and names the roles that may', () => {
  expect(isAllowed('none', 'view')).toBe(false);
  expect(isAllowed('view', 'act')).toBe(false);
  expect(isAllowed('act', 'administer')).toBe(false);
  expect(isAllowed('administer', 'view') && isAllowed('act', 'view') && isAllowed('act', 'act')).toBe(true);
  const roles = { viewRoleIds: [ID(1)], actRoleIds: [ID(2), ID(1)], adminRoleIds: [ID(3)] };
  expect(rolesThatMay('view', roles)).toEqual([ID(1), ID(2), ID(3)]);
  expect(rolesThatMay('administer', roles)).toEqual([ID(3)]);
});

it('the invite asks for the permissions of the table and no other, and the connection for no privileged intent', async () => {
  const url = new URL(inviteUrl(ID(1), ID(0)));
  const asked = BigInt(url.searchParams.get('permissions')!);
  expect(asked).toBe(PERMISSIONS.map(({ bit }) => bit).reduce((sum, bit) => sum | bit));
  expect(asked).toBe(PERMISSION_BITS);
  expect(asked & (PermissionFlagsBits.Administrator | PermissionFlagsBits.MentionEveryone)).toBe(0n);
  for (const { name, bit, why } of PERMISSIONS) {
    expect(why.length).toBeGreaterThan(10);
    expect(
      PermissionFlagsBits[name.replaceAll(' ', '').replace('inThreads', 'InThreads') as 'ViewChannel'],
    ).toBe(bit);
  }
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    client_id: ID(1),
    guild_id: ID(0),
    scope: 'bot applications.commands',
  });
  const client: Client = createDiscordClient({
    ended: new AbortController().signal,
    ...{ apiUrl: 'http://127.0.0.1:9/api', log, mayWrite: () => true },
  });
  expect(client.options.intents.bitfield).toBe(GatewayIntentBits.Guilds);
  await client.destroy();
});
