import { DiscordAPIError } from 'discord.js';
import type { BotDeps } from './deps.ts';

/** What stands between us and the channel, and what to click, by Discord's error code. */
const WORDS: Record<number, string> = {
  10003: 'the Discord channel is gone: choose another with /setup',
  50001:
    'Orderly cannot see its Discord channel: Edit Channel → Permissions → add the role of the bot → allow View Channel (/setup → Check names all that is missing)',
  50013:
    'Orderly may not write in its Discord channel: Edit Channel → Permissions → the role of the bot → allow View Channel, Send Messages and Read Message History (/setup → Check names all that is missing)',
};
const MOST_WAIT_MS = 60_000;

/** What is wrong with the channel as a whole, in words for the operator; null when it is something else. */
export function channelTroubleOf(error: Error): string | null {
  return error instanceof DiscordAPIError ? channelWords(Number(error.code)) : null;
}

/** What to click when Discord refuses a channel with this error code; null for any other code. */
export function channelWords(code: number): string | null {
  return WORDS[code] ?? null;
}

/** Whether Discord lets us into the channel. While it does not, one message is tried now and then, for all. */
export type ChannelTrouble = {
  /** What to click; null while all is well. */
  words(): string | null;
  /** False while it is too soon to try again. */
  mayTry(): boolean;
  met(words: string): void;
  isOver(): void;
};

/** Says once in the log what is wrong, and once that it is over; waits longer after each try, up to a minute. */
export function createChannelTrouble(deps: Pick<BotDeps, 'clock' | 'log'>): ChannelTrouble {
  let words: string | null = null;
  let waitMs = 0;
  let againMs = 0;
  return {
    words: () => words,
    mayTry: () => deps.clock.now() >= againMs,
    met(found) {
      if (found !== words) deps.log.error(found);
      words = found;
      // Several may have been under way together.
      if (deps.clock.now() < againMs) return;
      waitMs = waitMs === 0 ? 1_000 : Math.min(MOST_WAIT_MS, waitMs * 2);
      againMs = deps.clock.now() + waitMs;
    },
    isOver() {
      if (words !== null) deps.log.info('Discord takes our messages again; they catch up');
      words = null;
      waitMs = 0;
      againMs = 0;
    },
  };
}

/** The troubles of all channels, each on its own. */
export type ChannelTroubles = {
  of(channelId: string): ChannelTrouble;
  /** What to click in each of these, for the operator; null while all is well. */
  words(channelIds: string[]): string | null;
};

/** Channels come and go with the settings; a few are known at a time. */
export function createChannelTroubles(deps: Pick<BotDeps, 'clock' | 'log'>): ChannelTroubles {
  const known = new Map<string, ChannelTrouble>();
  const of = (channelId: string) => {
    const found = known.get(channelId) ?? createChannelTrouble(deps);
    known.set(channelId, found);
    return found;
  };
  return {
    of,
    words: (channelIds) => {
      const all = channelIds.flatMap((id) => {
        const words = known.get(id)?.words();
        return words ? `${words} (channel ${id})` : [];
      });
      return all.length === 0 ? null : all.join('; ');
    },
  };
}
