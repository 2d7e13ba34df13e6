import { z } from 'zod';
import type { Settings } from '../../bot/settings.ts';

/** An answer that was understood, or what came in its place. */
export type Asked<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'refused'; status: number; code: number | null }
  | Silent;
type Silent = { kind: 'silence'; reason: string };

// What Discord answers, as far as the doctor reads it.
const bits = z.string().regex(/^\d+$/).transform(BigInt);
const role = z.object({ id: z.string(), name: z.string(), permissions: bits, mentionable: z.boolean() });
export const guildSchema = z
  .object({ id: z.string(), name: z.string(), owner_id: z.string(), roles: z.array(role) })
  .transform(({ owner_id: ownerId, ...guild }) => ({ ...guild, ownerId }));
export const memberSchema = z.object({
  roles: z.array(z.string()),
  communication_disabled_until: z.string().nullish(),
});
export const channelSchema = z.object({
  name: z.string().nullish(),
  type: z.number(),
  guild_id: z.string().optional(),
  permission_overwrites: z.array(z.object({ id: z.string(), allow: bits, deny: bits })).default([]),
});
export const userSchema = z.object({ id: z.string(), username: z.string() });
export const applicationSchema = z.object({ id: z.string() });
export const commandsSchema = z.array(z.looseObject({ name: z.string(), type: z.number() }));
export const errorSchema = z.object({ code: z.number() });

export type GuildAnswer = z.output<typeof guildSchema>;
export type ChannelAnswer = z.output<typeof channelSchema>;
export type UserAnswer = z.output<typeof userSchema>;

export type DiscordFacts = {
  settings: Settings;
  me: Asked<UserAnswer>;
  /** Null, all of them: not asked for, because the token is refused or Discord is away. */
  guild: Asked<GuildAnswer> | null;
  member: { roleIds: string[]; isTimedOut: boolean } | null;
  /** By id. */
  channels: Map<string, Asked<ChannelAnswer>>;
  /** Whether the commands are the ones of this version. */
  commands: Asked<boolean> | null;
};
