import { DiscordAPIError, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { BotDeps } from './deps.ts';

const threadSchema = z.object({ id: z.string() });
const A_DAY_MINUTES = 1440;
const AGAIN_MS = 2 * 60_000;

/** Threads of messages of ours. Each call throws what discord.js throws. */
export type Threads = {
  /** Opens the thread of a message; one that is there already is as good. @returns its id. */
  open(channelId: string, messageId: string, name: string): Promise<string>;
  archive(threadId: string, archived: boolean): Promise<void>;
  /** False while it is too soon to try again. */
  mayTry(): boolean;
  /** What keeps us out of threads; null while nothing does. */
  words(): string | null;
  /** Discord does not let us: said once, and tried again later. The alerts go on without. */
  met(error: Error): void;
  isOver(): void;
};

/** A message has one thread at most, and it has the id of the message. */
export function createThreads(deps: Pick<BotDeps, 'clock' | 'log'>, rest: REST): Threads {
  let words: string | null = null;
  let againMs = 0;
  return {
    open: async (channelId, messageId, name) => {
      const body = { name, auto_archive_duration: A_DAY_MINUTES };
      try {
        return threadSchema.parse(await rest.post(Routes.threads(channelId, messageId), { body })).id;
      } catch (thrown) {
        if (hasCode(thrown, 160004)) return messageId;
        throw thrown;
      }
    },
    archive: async (threadId, archived) => {
      await rest.patch(Routes.channel(threadId), { body: { archived } });
    },
    mayTry: () => deps.clock.now() >= againMs,
    words: () => words,
    met: (error) => {
      const found = hasCode(error, 50013, 50001)
        ? 'Orderly may not write threads: Edit Channel → Permissions → the role of the bot → allow Create Public Threads and Send Messages in Threads'
        : `threads of alerts can't be written: ${error.message.slice(0, 120)}`;
      if (found !== words) deps.log.warn(found);
      words = found;
      againMs = deps.clock.now() + AGAIN_MS;
    },
    isOver: () => {
      if (words !== null) deps.log.info('threads of alerts can be written again');
      words = null;
      againMs = 0;
    },
  };
}

/** Whether Discord refused with one of these codes. */
export function hasCode(thrown: unknown, ...codes: number[]): boolean {
  return thrown instanceof DiscordAPIError && codes.includes(Number(thrown.code));
}
