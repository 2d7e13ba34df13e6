import { DiscordAPIError, type REST, Routes } from 'discord.js';
import { z } from 'zod';

const bits = z.string().transform((text) => BigInt(text));
const roleSchema = z.object({
  id: z.string(),
  name: z.string(),
  permissions: bits,
  mentionable: z.boolean(),
  tags: z.object({ bot_id: z.string().optional() }).optional(),
});
const guildSchema = z.object({ id: z.string(), owner_id: z.string(), roles: z.array(roleSchema) });
const channelSchema = z.object({
  id: z.string(),
  type: z.number(),
  name: z.string(),
  permission_overwrites: z.array(z.object({ id: z.string(), allow: bits, deny: bits })).default([]),
});
const memberSchema = z.object({
  user: z.object({ id: z.string(), username: z.string(), bot: z.boolean().optional() }),
  roles: z.array(z.string()),
});
const applicationSchema = z.object({ id: z.string() });

export type Guild = z.infer<typeof guildSchema>;
export type Channel = z.infer<typeof channelSchema>;
export type Member = z.infer<typeof memberSchema>;

/** The Discord server as it is now; nothing here is kept. Each throws what discord.js throws. */
export type GuildReader = {
  guild(): Promise<Guild>;
  /** All channels, those that the bot can't see too. */
  channels(): Promise<Channel[]>;
  /** Null when this person is not in the server. */
  member(userId: string): Promise<Member | null>;
  /** The bot itself. */
  self(): Promise<Member | null>;
};

/** @param rest the client's own. */
export function createGuildReader(rest: REST, guildId: string): GuildReader {
  const member = async (userId: string) => {
    try {
      return memberSchema.parse(await rest.get(Routes.guildMember(guildId, userId)));
    } catch (thrown) {
      // 10007: not in the server. 10013: no such user at all.
      const code = thrown instanceof DiscordAPIError ? thrown.code : null;
      if (code === 10007 || code === 10013) return null;
      throw thrown;
    }
  };
  return {
    guild: async () => guildSchema.parse(await rest.get(Routes.guild(guildId))),
    channels: async () => z.array(channelSchema).parse(await rest.get(Routes.guildChannels(guildId))),
    member,
    // A bot's user has the id of its application, but for some old ones: asked, not assumed.
    self: async () => member(applicationSchema.parse(await rest.get(Routes.user('@me'))).id),
  };
}
