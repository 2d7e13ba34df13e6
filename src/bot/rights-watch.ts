import { type Client, Events } from 'discord.js';

/**
 * Tells of each change of a role's rights or of whether it may be mentioned, and of each change of this channel: its overwrites are not
 * compared, because discord.js keeps only the new ones.
 *
 * @param channelOf the channel that counts now.
 */
export function watchRights(client: Client, channelOf: () => string | null, changed: () => void): void {
  client.on(Events.GuildRoleUpdate, (before, after) => {
    if (before.mentionable !== after.mentionable || !before.permissions.equals(after.permissions)) changed();
  });
  client.on(Events.ChannelUpdate, (_before, { id }) => {
    if (id === channelOf()) changed();
  });
}
