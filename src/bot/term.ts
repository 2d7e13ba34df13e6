import { Events } from 'discord.js';
import { createChannel } from './channel.ts';
import { createDiscordClient } from './client.ts';
import { connect, isConnected } from './connect.ts';
import type { BotDeps, BotStartDeps } from './deps.ts';
import { createGuildReader } from './guild.ts';
import { onInteraction } from './interactions.ts';
import type { Lead } from './lead.ts';
import { type Limits, watchLimits } from './limits.ts';
import { type Outbox, startOutbox } from './outbox.ts';
import { startPingCheck } from './ping-check.ts';
import { watchRights } from './rights-watch.ts';
import { channelFor } from './settings.ts';
import { createThreads } from './threads.ts';

/** The time for which this process is the one in Discord. */
export type Term = Outbox & {
  /** Whether the connection stands that brings the presses. */
  isConnected(): boolean;
  /** Requests that Discord takes now. */
  requestsLeft: Limits['left'];
  /** Whether that has not stood for longer than a reconnect takes. To be asked every now and then. */
  isCutOff(): boolean;
  /** True when the first login succeeded, false when the term ended before; rejects when Discord refuses the token. */
  ready: Promise<boolean>;
  /** Ends what is under way, then disconnects: the lead is still ours. */
  finish(): Promise<void>;
  /** Disconnects, because another process leads or is to lead. @returns the messages that we may have overwritten since. */
  abandon(): Promise<number[]>;
};

/** Connects to Discord, answers its people and keeps the messages. All that it knows of Discord ends with it. */
export function startTerm(
  given: BotStartDeps,
  login: { token: string; apiUrl: string },
  lead: Pick<Lead, 'isMine' | 'mayAnswer'>,
): Term {
  const { guildId } = given.settings();
  const { log } = given;
  const ended = new AbortController();
  const client = createDiscordClient({
    ...{ apiUrl: login.apiUrl, log, mayWrite: lead.isMine, ended: ended.signal },
    observe: given.observeDiscord,
  });
  const { rest } = client;
  rest.setToken(login.token);
  const deps: BotDeps = { ...given, guild: createGuildReader(rest, guildId) };
  const stopping = new AbortController();
  const limits = watchLimits(rest);
  const pings = startPingCheck(deps, rest);
  watchRights(client, () => channelFor(deps.settings(), 'alert'), pings.changed);
  const threads = createThreads(deps, rest);
  const outbox = startOutbox(deps, createChannel(rest, limits), limits, { threads, pings, lead });
  const underWay = new Set<Promise<void>>();
  client.on(Events.InteractionCreate, (interaction) => {
    // One that was held up while another took over answers nobody: that one does.
    const answer = async () => ((await lead.mayAnswer()) ? onInteraction(deps, interaction) : undefined);
    const done = answer().finally(() => underWay.delete(done));
    underWay.add(done);
  });
  const answered = async () => {
    client.removeAllListeners(Events.InteractionCreate);
    await Promise.allSettled([...underWay]);
  };
  const disconnect = async () => {
    ended.abort();
    await client.destroy();
  };
  let connectedMs = given.clock.now();
  const ready = connect(deps, client, { token: login.token, guildId }, stopping.signal);
  return {
    ready,
    isConnected: () => isConnected(client),
    requestsLeft: limits.left,
    isCutOff: () => {
      const now = given.clock.now();
      if (isConnected(client)) connectedMs = now;
      return now - connectedMs > given.timings.cutOffMs;
    },
    lastRoundMs: outbox.lastRoundMs,
    waitingSinceMs: outbox.waitingSinceMs,
    trouble: outbox.trouble,
    finish: async () => {
      stopping.abort();
      await Promise.all([answered(), pings.stop(), outbox.stop()]);
      await disconnect();
    },
    abandon: async () => {
      stopping.abort();
      await answered();
      await disconnect();
      const [doubtful] = await Promise.all([outbox.stop(), pings.stop()]);
      return doubtful;
    },
  };
}
