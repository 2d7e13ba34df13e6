import { type Client, DiscordAPIError, Events, Status } from 'discord.js';
import { toError } from '../lib/failure.ts';
import { createChannel } from './channel.ts';
import { createDiscordClient } from './client.ts';
import type { BotDeps, BotStartDeps } from './deps.ts';
import { createGuildReader } from './guild.ts';
import { onInteraction } from './interactions.ts';
import { inviteUrl } from './invite.ts';
import { watchLimits } from './limits.ts';
import { type Outbox, startOutbox } from './outbox.ts';
import { startPingCheck } from './ping-check.ts';
import { registerCommands } from './register.ts';
import { missingOf } from './settings.ts';
import { createThreads } from './threads.ts';

export type Bot = Outbox & {
  stop(): Promise<void>;
  /** Whether the connection stands that brings the presses. */
  isConnected(): boolean;
  /** What is wrong with it, for /readyz; empty when all is well. */
  troubles(): string[];
  /** Settles when the first login succeeded; rejects when Discord refuses the token. */
  ready: Promise<void>;
};

const AGAIN_MS = 10_000;

/**
 * Connects to Discord and keeps the messages. Discord being away stops nothing else: it is tried again, and the
 * messages catch up from their rows.
 */
export function startBot(given: BotStartDeps, login: { token: string; apiUrl: string }): Bot {
  const client = createDiscordClient({ apiUrl: login.apiUrl, log: given.log });
  const guildId = given.settings().guildId;
  const deps: BotDeps = { ...given, guild: createGuildReader(client.rest, guildId) };
  client.rest.setToken(login.token);
  const stopping = new AbortController();
  const limits = watchLimits(client.rest);
  const pings = startPingCheck(deps, client.rest);
  const threads = createThreads(deps, client.rest);
  const outbox = startOutbox(deps, createChannel(client.rest, limits), limits, { threads, pings });
  const underWay = new Set<Promise<void>>();
  client.on(Events.InteractionCreate, (interaction) => {
    const done = onInteraction(deps, interaction).finally(() => underWay.delete(done));
    underWay.add(done);
  });
  const connect = async () => {
    while (!stopping.signal.aborted) {
      try {
        await client.login(login.token);
        const wrote = await registerCommands(client.rest, guildId);
        const invite = inviteUrl(client.application?.id ?? '', guildId);
        const commands = wrote ? 'written' : 'unchanged';
        deps.log.info({ user: client.user?.tag, commands, invite }, 'connected to Discord');
        return;
      } catch (thrown) {
        const error = toError(thrown);
        if (isRefusedToken(error))
          throw new Error('Discord refuses the token: set DISCORD_TOKEN to the one of the bot');
        if (isNotInvited(error)) {
          const invite = inviteUrl(client.application?.id ?? '', guildId);
          deps.log.error({ invite }, 'the bot is not in the Discord server DISCORD_GUILD_ID: invite it');
        } else {
          const reason = error.message.slice(0, 200);
          deps.log.warn({ reason }, 'Discord is not reachable; trying again');
        }
        await deps.clock.sleep(AGAIN_MS * (1 - deps.random() / 2), stopping.signal);
      }
    }
  };
  const ready = connect();
  return {
    ready,
    isConnected: () => isConnected(client),
    troubles: () =>
      [isConnected(client) ? null : 'discord', missingOf(deps.settings()), outbox.trouble()].filter(
        (part) => part !== null,
      ),
    lastRoundMs: outbox.lastRoundMs,
    waitingSinceMs: outbox.waitingSinceMs,
    trouble: outbox.trouble,
    stop: async () => {
      stopping.abort();
      await Promise.allSettled([...underWay]);
      await pings.stop();
      await outbox.stop();
      await client.destroy();
    },
  };
}

/** `isReady` alone stays true while a connection that once stood is gone. */
function isConnected(client: Client): boolean {
  return client.isReady() && client.ws.shards.every((shard) => shard.status === Status.Ready);
}

function isRefusedToken(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  const status = 'status' in error ? error.status : undefined;
  return code === 'TokenInvalid' || status === 401;
}

/** 50001: the commands of a guild that the bot is not in can't be read. 10004: there is no such guild. */
function isNotInvited(error: Error): boolean {
  return error instanceof DiscordAPIError && (error.code === 50001 || error.code === 10004);
}
