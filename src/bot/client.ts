import { Client, Events, GatewayIntentBits, Options, Status } from 'discord.js';
import type { Logger } from 'pino';
import type { ObserveOutbound } from '../lib/outbound.ts';
import { EndingStrategy } from './ending-strategy.ts';
import { guardWrites } from './write-guard.ts';

/** A client with no privileged intent and nothing cached that we don't use. It pings nobody unless a message says whom. */
export function createDiscordClient(deps: {
  apiUrl: string;
  log: Logger;
  /** Whether messages may be written now. */
  mayWrite: () => boolean;
  /** Hears of every request. */
  observe?: ObserveOutbound;
  /** Aborted when it is not to connect any more. Not enough to disconnect: that is `destroy`. */
  ended: AbortSignal;
}): Client {
  const isConnecting = () => client.ws.shards.some(({ status }) => status === Status.Connecting);
  const client: Client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [], repliedUser: false },
    // Posts are repeated after a lost answer: with a nonce of ours they stay one message.
    enforceNonce: true,
    ws: { buildStrategy: (manager) => new EndingStrategy(manager, deps.ended, isConnecting) },
    rest: {
      ...{ api: deps.apiUrl, timeout: 10_000, retries: 1 },
      makeRequest: guardWrites(deps.mayWrite, deps.observe),
    },
    makeCache: Options.cacheWithLimits({
      MessageManager: 0,
      ReactionManager: 0,
      PresenceManager: 0,
      VoiceStateManager: 0,
      ThreadMemberManager: 0,
    }),
  });
  // Without listeners these would end the process.
  client.on(Events.Error, (error) => deps.log.error({ reason: error.message }, 'Discord client error'));
  client.on(Events.ShardError, (error) =>
    deps.log.warn({ reason: error.message }, 'Discord connection error'),
  );
  client.on(Events.Warn, (message) => deps.log.warn({ reason: message.slice(0, 200) }, 'Discord warning'));
  client.on(Events.Invalidated, () => deps.log.error('Discord ended our session for good; it starts anew'));
  client.rest.on('rateLimited', ({ route, timeToReset }) =>
    deps.log.info({ route, waitMs: timeToReset }, 'Discord asks us to wait'),
  );
  return client;
}
