import { type Client, DiscordAPIError, Status } from 'discord.js';
import { toError } from '../lib/failure.ts';
import type { BotDeps } from './deps.ts';
import { inviteUrl } from './invite.ts';
import { registerCommands } from './register.ts';

const AGAIN_MS = 10_000;

/**
 * Logs in and brings the commands up to date, again and again until both are done: Discord being away stops nothing else.
 *
 * @returns false when it was told to stop before that.
 * @throws Error when Discord refuses the token.
 */
export async function connect(
  deps: Pick<BotDeps, 'clock' | 'log' | 'random'>,
  client: Client,
  login: { token: string; guildId: string },
  stopping: AbortSignal,
): Promise<boolean> {
  while (!stopping.aborted) {
    try {
      await client.login(login.token);
      const wrote = await registerCommands(client.rest, login.guildId);
      const invite = inviteUrl(client.application?.id ?? '', login.guildId);
      const commands = wrote ? 'written' : 'unchanged';
      deps.log.info({ user: client.user?.tag, commands, invite }, 'connected to Discord');
      return true;
    } catch (thrown) {
      // What ends by our own doing fails as well.
      if (stopping.aborted) return false;
      tell(deps, client, login.guildId, toError(thrown));
      await deps.clock.sleep(AGAIN_MS * (1 - deps.random() / 2), stopping);
    }
  }
  return false;
}

/** `isReady` alone stays true while a connection that once stood is gone. */
export function isConnected(client: Client): boolean {
  return client.isReady() && client.ws.shards.every((shard) => shard.status === Status.Ready);
}

/** @throws Error when trying again is of no use. */
function tell(deps: Pick<BotDeps, 'log'>, client: Client, guildId: string, error: Error): void {
  if (isRefusedToken(error))
    throw new Error('Discord refuses the token: set DISCORD_TOKEN to the one of the bot');
  if (isNotInvited(error)) {
    const invite = inviteUrl(client.application?.id ?? '', guildId);
    deps.log.error({ invite }, 'the bot is not in the Discord server DISCORD_GUILD_ID: invite it');
  } else {
    deps.log.warn({ reason: error.message.slice(0, 200) }, 'Discord is not reachable; trying again');
  }
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
