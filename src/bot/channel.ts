import { createHash } from 'node:crypto';
import { DiscordAPIError, RateLimitError, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import { type Limits, OldEditError } from './limits.ts';
import type { MessageBody } from './messages/parts.ts';

const messageSchema = z.object({ id: z.string() });
const componentSchema = z.looseObject({ id: z.number().optional() });
const listSchema = z.array(messageSchema.extend({ components: z.array(componentSchema).default([]) }));

export type Sent = { kind: 'sent'; messageId: string };
/** `later`: Discord takes no edit for so many milliseconds. `old`: it takes none of a message as old as this one for so many. */
export type Edited = { kind: 'edited' | 'gone' } | { kind: 'later' | 'old'; waitMs: number };

/** `own`: the message that was looked for; `newest`: the last one of all. Null where there is none. */
export type Looked = { own: string | null; newest: string | null };

/** One Discord channel, seen as a place where messages of ours stand. Each call throws what discord.js throws. */
export type Channel = {
  /** Posts. The nonce makes Discord answer with the message it has when a post is repeated within minutes, whatever that says. */
  post(channelId: string, body: MessageBody, mark: string, replyTo: string | null): Promise<Sent>;
  edit(channelId: string, messageId: string, body: MessageBody): Promise<Edited>;
  /** Deletes one of ours; one that is gone already is as good. */
  remove(channelId: string, messageId: string): Promise<void>;
  /** Looks for our own message that was posted with this mark, among the channel's last hundred. */
  findOwn(channelId: string, mark: string): Promise<Looked>;
};

/** @param rest the client's own, so that one budget holds for everything. */
export function createChannel(rest: REST, limits: Pick<Limits, 'hold'>): Channel {
  return {
    post: async (channelId, body, mark, replyTo) => {
      const reference =
        replyTo === null ? {} : { message_reference: { message_id: replyTo, fail_if_not_exists: false } };
      const answer = await rest.post(Routes.channelMessages(channelId), {
        body: {
          ...body,
          ...reference,
          components: marked(body.components, mark),
          nonce: nonceOf(mark),
          enforce_nonce: true,
        },
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
    findOwn: async (channelId, mark) => {
      const answer = await rest.get(Routes.channelMessages(channelId), {
        query: new URLSearchParams({ limit: '100' }),
      });
      const id = componentIdOf(mark);
      const newestFirst = listSchema.parse(answer);
      const own = newestFirst.find(
        ({ components: all }) => all[0]?.id === id || JSON.stringify(all).includes(`:${mark}"`),
      );
      return { own: own?.id ?? null, newest: newestFirst[0]?.id ?? null };
    },
  };
}

/** Whether a message came after a look; else Discord answered with what it had. Ids of Discord grow with time. */
export function isAfter({ newest }: Looked, messageId: string): boolean {
  return BigInt(messageId) > BigInt(newest ?? 0);
}

/** 10008: somebody deleted it. */
function isUnknownMessage(thrown: unknown): boolean {
  return thrown instanceof DiscordAPIError && thrown.code === 10008;
}

/**
 * A nonce can't be read again, and not every message has a button whose id ends with the mark: the first component carries it as well.
 * Discord keeps the ids that components are given (https://discord.com/developers/docs/components/reference#anatomy-of-a-component).
 */
function marked([first, ...others]: MessageBody['components'], mark: string): MessageBody['components'] {
  return first ? [{ ...first, id: componentIdOf(mark) }, ...others] : [];
}

/** 32 bits with a sign, far from those that Discord gives out itself (1, 2, 3 …). */
function componentIdOf(mark: string): number {
  return 2 ** 30 + (createHash('sha256').update(mark).digest().readUInt32BE() % 2 ** 30);
}

/** At most 25 characters, the same for every try of the same message. */
function nonceOf(mark: string): string {
  return createHash('sha256').update(mark).digest('base64url').slice(0, 22);
}
