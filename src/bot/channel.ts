import { createHash } from 'node:crypto';
import { DiscordAPIError, RateLimitError, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import { type Limits, OldEditError } from './limits.ts';
import type { MessageBody } from './messages/parts.ts';

const messageSchema = z.object({ id: z.string() });
const listSchema = z.array(messageSchema.extend({ components: z.unknown() }));

export type Sent = { kind: 'sent'; messageId: string };
/** `later`: Discord takes no edit for so many milliseconds. `old`: it takes none of a message as old as this one for so many. */
export type Edited = { kind: 'edited' | 'gone' } | { kind: 'later' | 'old'; waitMs: number };

/** One Discord channel, seen as a place where messages of ours stand. Each call throws what discord.js throws. */
export type Channel = {
  /** Posts. The nonce makes Discord answer with the message it has when a post is repeated within minutes. */
  post(channelId: string, body: MessageBody, mark: string, replyTo: string | null): Promise<Sent>;
  edit(channelId: string, messageId: string, body: MessageBody): Promise<Edited>;
  /** Deletes one of ours; one that is gone already is as good. */
  remove(channelId: string, messageId: string): Promise<void>;
  /** Our own message with these characters in it among the channel's last hundred; null when it was never posted. */
  findOwn(channelId: string, characters: string): Promise<string | null>;
};

/** @param rest the client's own, so that one budget holds for everything. */
export function createChannel(rest: REST, limits: Pick<Limits, 'hold'>): Channel {
  return {
    post: async (channelId, body, mark, replyTo) => {
      const reference =
        replyTo === null ? {} : { message_reference: { message_id: replyTo, fail_if_not_exists: false } };
      const answer = await rest.post(Routes.channelMessages(channelId), {
        body: { ...body, ...reference, nonce: nonceOf(mark), enforce_nonce: true },
      });
      return { kind: 'sent', messageId: messageSchema.parse(answer).id };
    },
    edit: async (channelId, messageId, body) => {
      try {
        await rest.patch(Routes.channelMessage(channelId, messageId), { body });
        return { kind: 'edited' };
      } catch (thrown) {
        if (isUnknownMessage(thrown)) return { kind: 'gone' };
        if (thrown instanceof OldEditError) return { kind: 'old', waitMs: thrown.waitMs };
        if (!(thrown instanceof RateLimitError)) throw thrown;
        limits.hold(channelId, 'edit', thrown.retryAfter);
        return { kind: 'later', waitMs: thrown.retryAfter };
      }
    },
    remove: async (channelId, messageId) => {
      try {
        await rest.delete(Routes.channelMessage(channelId, messageId));
      } catch (thrown) {
        if (!isUnknownMessage(thrown)) throw thrown;
      }
    },
    findOwn: async (channelId, characters) => {
      const answer = await rest.get(Routes.channelMessages(channelId), {
        query: new URLSearchParams({ limit: '100' }),
      });
      const own = listSchema
        .parse(answer)
        .find((message) => JSON.stringify(message.components ?? []).includes(characters));
      return own?.id ?? null;
    },
  };
}

/** 10008: somebody deleted it. */
function isUnknownMessage(thrown: unknown): boolean {
  return thrown instanceof DiscordAPIError && thrown.code === 10008;
}

/** At most 25 characters, the same for every try of the same message. */
function nonceOf(mark: string): string {
  return createHash('sha256').update(mark).digest('base64url').slice(0, 22);
}
