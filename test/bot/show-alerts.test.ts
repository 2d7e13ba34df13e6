import { REST } from 'discord.js';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DiscordSimulator } from '../../sandbox/discord/index.ts';
import { Permission } from '../../sandbox/discord/permission-bits.ts';
import { bodyOf } from '../../src/bot/body.ts';
import { createChannel } from '../../src/bot/channel.ts';
import { createChannelTroubles } from '../../src/bot/channel-trouble.ts';
import { watchLimits } from '../../src/bot/limits.ts';
import { NO_SETTINGS } from '../../src/bot/settings.ts';
import { type ShowDeps, show } from '../../src/bot/show.ts';
import { createThreads } from '../../src/bot/threads.ts';
import { createClock } from '../../src/lib/clock.ts';
import type { LogPage, PendingMessage } from '../../src/store/store.ts';
import { alert, failed, incident, NOW } from '../helpers/purchase-rows.ts';
import { textOf } from '../helpers/purchases.ts';
import { rendered } from '../helpers/rendered.ts';
import { startFast } from '../sandbox-discord/bot.ts';

let discord: DiscordSimulator;
let deps: ShowDeps;
let kept: object[];

beforeEach(async () => {
  discord = await startFast(10);
  const rest = new REST({ api: discord.url }).setToken(discord.token);
  const clock = createClock(1, Date.now(), Date.now());
  const log = pino({ level: 'silent' });
  const { purchases: channelId, alerts: alertChannelId } = discord.channels;
  const settings = { ...NO_SETTINGS, guildId: discord.guildId, channelId, alertChannelId };
  const limits = watchLimits(rest);
  kept = [];
  const keep = async (...what: object[]) => {
    kept.push(what.at(-1)!);
    return { status: 'ok' as const };
  };
  const store = {
    shown: (_: number, __: number, what: object) => keep(what),
    thread: (_: number, what: object) => keep(what),
  };
  deps = {
    ...{
      clock,
      log,
      store,
      settings: () => settings,
      random: () => 0,
      blocked: () => ({}),
      panelUrl: 'https://p',
    },
    channel: createChannel(rest, limits),
    troubles: createChannelTroubles({ clock, log }),
    threads: createThreads({ clock, log }, rest),
  } as unknown as ShowDeps;
});
afterEach(() => discord.stop());

const row = {
  ...{
    id: 1,
    subject: '4',
    generation: 1,
    channel_id: null,
    message_id: null,
    wanted_version: 3,
    shown_version: 0,
  },
  ...{
    sending_at: null,
    tries: 0,
    as_of: null,
    purchase: null,
    incident: null,
    board: null,
    call: null,
    log: null,
  },
};
const live = { ...row, kind: 'purchase' as const, channel_id: '11', message_id: '12' };
const about = () => alert('bug', 'x', { purchases: [failed('bug', 'x', { live_message: live })] });
const alertRow = (): PendingMessage => ({ ...row, kind: 'alert', incident: about() });

it('an alert in a channel of its own links to the live message, which it can not reply to', async () => {
  const body = bodyOf(deps, alertRow());
  expect(rendered(body!)).toContain(
    `[Live message: link https://discord.com/channels/${discord.guildId}/11/12]`,
  );
  await show(deps, alertRow());
  expect(discord.messages(discord.channels.alerts)).toHaveLength(1);
  expect(rendered(bodyOf(deps, { ...alertRow(), channel_id: '11' })!)).not.toContain('Live message');
});

it('an alert whose channel is gone goes where the purchases are', async () => {
  discord.deleteChannel(discord.channels.alerts);
  expect(await show(deps, alertRow())).toBe(true);
  const [message] = discord.messages(discord.channels.purchases);
  expect(textOf(message)).toContain('ack:4:');
  expect(kept.at(-1)).toMatchObject({ outcome: 'shown', channel_id: discord.channels.purchases });
  expect(deps.troubles.words([discord.channels.alerts])).toContain('alerts go among the purchases meanwhile');
});

it('an alert that went elsewhere is not taken for what is so by now when it goes there again', async () => {
  const { alerts, purchases } = discord.channels;
  discord.changeOverwrite(alerts, discord.roles.bot, { allow: 0n, deny: Permission.SendMessages });
  await show(deps, alertRow());
  await show(deps, { ...alertRow(), wanted_version: 4, sending_at: NOW });
  expect(discord.messages(purchases)).toHaveLength(1);
  expect(kept.at(-1)).toMatchObject({ outcome: 'shown', version: 0, channel_id: purchases });
});

it('a call that stands no more is dropped and not posted, also when it is not known whether it was', async () => {
  const call = {
    ...{ number: 1, at: NOW, reason: 'unanswered' as const, level: 1, stands: false, alert: null },
    ...{ acked_by_id: null, acked_by: null, acked_at: null, incident: about() },
  };
  await show(deps, { ...row, kind: 'call', call, sending_at: NOW });
  expect(kept).toEqual([{ outcome: 'dropped' }]);
  expect(discord.messages(discord.channels.alerts)).toEqual([]);
});

/** A warning of the whole deployment: no order, so no button. */
const warning = (facts: object = {}): PendingMessage => ({
  ...row,
  kind: 'alert',
  incident: alert('ping_blocked', 'x', { scope: 'deployment', severity: 'warning', purchases: [], ...facts }),
});
const ended = { closed_at: NOW, close_reason: 'mended' };

it('a message without buttons whose posting was not heard of is found again, and not taken for what it says by now', async () => {
  await show(deps, warning());
  const [message] = discord.messages(discord.channels.alerts);
  expect(textOf(message)).not.toContain('custom_id');
  expect(await show(deps, { ...warning(ended), wanted_version: 4, sending_at: NOW })).toBe(true);
  expect(kept.at(-1)).toMatchObject({ outcome: 'shown', version: 0, message_id: message!.id });
  // Discord remembers a nonce for minutes only.
  message!.nonce = null;
  await show(deps, { ...warning(ended), wanted_version: 4, sending_at: NOW });
  expect(kept.at(-1)).toMatchObject({ outcome: 'shown', version: 0, message_id: message!.id });
  expect(discord.messages(discord.channels.alerts)).toHaveLength(1);
});

it('a message with buttons is found by them too: a version before this one posted it, or Discord keeps no ids', async () => {
  await show(deps, alertRow());
  const [message] = discord.messages(discord.channels.alerts);
  (message!.components[0] as { id: number }).id = 1;
  message!.nonce = null;
  await show(deps, { ...alertRow(), sending_at: NOW });
  expect(kept.at(-1)).toMatchObject({ outcome: 'shown', version: 0, message_id: message!.id });
  expect(discord.messages(discord.channels.alerts)).toHaveLength(1);
});

it('what was tried before and is posted only now says what is so', async () => {
  const { general } = discord.channels;
  discord.say({ personId: discord.people.ben, channelId: discord.channels.alerts, content: 'hello' });
  for (const what of [alertRow(), { ...alertRow(), id: 3, channel_id: general, kind: 'test' as const }]) {
    expect(await show(deps, { ...what, sending_at: NOW })).toBe(true);
    expect(kept.at(-1)).toMatchObject({ outcome: 'shown', version: 3 });
  }
});

it('what Discord answers to a posting that it took before is not taken for what is so by now', async () => {
  await show(deps, alertRow());
  const [message] = discord.messages(discord.channels.alerts);
  const where = { personId: discord.people.ben, channelId: discord.channels.alerts };
  for (let more = 0; more < 100; more += 1) discord.say({ ...where, content: 'hello' });
  expect(await show(deps, { ...alertRow(), wanted_version: 4, sending_at: NOW })).toBe(true);
  expect(kept.at(-1)).toMatchObject({ outcome: 'shown', version: 0, message_id: message!.id });
});

async function logRow(facts: Partial<LogPage> = {}): Promise<PendingMessage> {
  await show(deps, alertRow());
  const [message] = discord.messages(discord.channels.alerts);
  const log = {
    ...{ page: 1, total: 1, thread_id: null, incident: incident('bug') },
    alert: { channel_id: discord.channels.alerts, message_id: message!.id },
    notes: [{ seq: 1, at: NOW, kind: 'opened', detail: 'first', actor: null, purchase: null }],
    ...facts,
  };
  kept.length = 0;
  return { ...row, id: 2, kind: 'log', subject: '4:1', log };
}
const thread = (id: string) => discord.guild().channels.find((channel) => channel.id === id)?.thread;

it('a thread whose making was not heard of is found again, and its page is not posted twice', async () => {
  const pending = await logRow();
  const threadId = pending.log!.alert!.message_id;
  await show(deps, pending);
  expect(kept).toMatchObject([
    { thread_id: threadId },
    { outcome: 'sending' },
    { outcome: 'shown', channel_id: threadId },
  ]);
  expect(await show(deps, { ...pending, sending_at: NOW })).toBe(true);
  expect(discord.messages(threadId)).toHaveLength(1);
  expect(kept.at(-1)).toMatchObject({ outcome: 'shown', version: 0 });
});

it('what Discord answers to a page that it took before is not taken for what it says by now', async () => {
  const pending = await logRow();
  const channelId = pending.log!.alert!.message_id;
  await show(deps, pending);
  for (let more = 0; more < 100; more += 1)
    discord.say({ personId: discord.people.ben, channelId, content: 'hello' });
  await show(deps, { ...pending, wanted_version: 4, sending_at: NOW });
  expect(kept.at(-1)).toMatchObject({ outcome: 'shown', version: 0 });
});

it('a page in an archived thread is written all the same; when its incident is over the thread is folded', async () => {
  const pending = await logRow();
  const threadId = pending.log!.alert!.message_id;
  await show(deps, pending);
  await deps.threads.archive(threadId, true);
  const [message] = discord.messages(threadId);
  const edit = { ...pending, channel_id: threadId, message_id: message!.id };
  const notes = [{ ...pending.log!.notes[0]!, detail: 'second' }];
  await show(deps, { ...edit, log: { ...pending.log!, thread_id: threadId, notes } });
  expect(textOf(message)).toContain('second');
  expect(thread(threadId)?.archived).toBe(false);
  const over = { ...incident('bug'), closed_at: NOW, close_reason: 'recovered' };
  await show(deps, { ...edit, log: { ...pending.log!, thread_id: threadId, incident: over } });
  expect(thread(threadId)?.archived).toBe(true);
});

it('a page whose alert was deleted says so, and is no trouble of threads', async () => {
  const message_id = '300000000000000008';
  const lost = await logRow({ alert: { channel_id: discord.channels.alerts, message_id } });
  expect(await show(deps, lost)).toBe(false);
  expect(kept.at(-1)).toEqual({ alert_gone: message_id });
  expect(deps.threads.mayTry()).toBe(true);
  expect(deps.threads.words()).toBeNull();
});

it('a page whose alert is gone with a channel that we left says so; of a channel in use nothing is concluded', async () => {
  const message_id = '300000000000000008';
  const left = await logRow({ alert: { channel_id: '300000000000000007', message_id } });
  expect(await show(deps, left)).toBe(false);
  expect(kept.at(-1)).toEqual({ alert_gone: message_id });
  discord.faults.channelLost = discord.channels.alerts;
  const pending = {
    ...left,
    log: { ...left.log!, alert: { channel_id: discord.channels.alerts, message_id } },
  };
  expect(await show(deps, pending)).toBe(false);
  expect(kept.at(-1)).toMatchObject({ outcome: 'failed', retry_in_ms: 60_000 });
  expect(deps.threads.mayTry()).toBe(true);
});

it('a deleted thread ends its log; a missing right is said, and tried again later', async () => {
  const gone = await logRow({ thread_id: '300000000000000009' });
  expect(await show(deps, gone)).toBe(false);
  expect(kept.at(-1)).toEqual({ ended: 'the thread was deleted' });
  expect(deps.threads.mayTry()).toBe(true);
  discord.faults.noThreads = true;
  const pending = await logRow();
  expect(await show(deps, pending)).toBe(false);
  expect(deps.threads.words()).toContain('Create Public Threads');
  expect(deps.threads.mayTry()).toBe(false);
  expect(deps.troubles.words([discord.channels.alerts])).toBeNull();
  discord.faults.noThreads = false;
  expect(await show(deps, pending)).toBe(true);
  expect(deps.threads.words()).toBeNull();
});
