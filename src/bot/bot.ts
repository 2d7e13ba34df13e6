import { type Client, Events, Status } from 'discord.js';
import { toError } from '../lib/failure.ts';
import { createChannel } from './channel.ts';
import { createDiscordClient } from './client.ts';
import type { BotDeps } from './deps.ts';
import { onInteraction } from './interactions.ts';
import { watchLimits } from './limits.ts';
import { type Outbox, startOutbox } from './outbox.ts';
import { startPingCheck } from './ping-check.ts';
import { registerCommands } from './register.ts';
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
export function startBot(deps: BotDeps, login: { token: string; apiUrl: string }): Bot {
  const client = createDiscordClient({ apiUrl: login.apiUrl, log: deps.log });
  client.rest.setToken(login.token);
  const stopping = new AbortController();
  const limits = watchLimits(client.rest, deps.settings().channelId ?? '');
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
        const wrote = await registerCommands(client.rest, deps.settings().guildId);
        deps.log.info(
          { user: client.user?.tag, commands: wrote ? 'written' : 'unchanged' },
          'connected to Discord',
        );
        return;
      } catch (thrown) {
        const error = toError(thrown);
        if (isRefusedToken(error))
          throw new Error('Discord refuses the token: set DISCORD_TOKEN to the one of the bot');
        deps.log.warn({ reason: error.message.slice(0, 200) }, 'Discord is not reachable; trying again');
        await deps.clock.sleep(AGAIN_MS * (1 - deps.random() / 2), stopping.signal);
      }
    }
  };
  const ready = connect();
  return {
    ready,
    isConnected: () => isConnected(client),
    troubles: () =>
      [isConnected(client) ? null : 'discord', outbox.trouble()].filter((part) => part !== null),
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
