/** What a server admin changes in the guild's settings while the bot is connected. */
import type { Overwrite, Role } from './guild.ts';
import { removeMessage } from './messages.ts';
import { deleteThread } from './threads.ts';
import { apiChannel, apiRole } from './wire.ts';
import { channelOf, personOf, type World } from './world.ts';

/** Deletes any message, whoever wrote it. */
export function deleteMessage(world: World, channelId: string, messageId: string): void {
  const message = world.messages.get(messageId);
  if (!message || message.deleted || message.channelId !== channelId) {
    throw new Error(`there is no message ${messageId} in this channel`);
  }
  removeMessage(world, message);
}

/** Changes a role, and tells the bot. */
export function changeRole(
  world: World,
  roleId: string,
  change: Partial<Pick<Role, 'permissions' | 'mentionable' | 'name'>>,
): void {
  const role = world.guild.roles.get(roleId);
  if (!role) throw new Error(`this guild has no role ${roleId}`);
  Object.assign(role, change);
  world.gateway.dispatch('GUILD_ROLE_UPDATE', { guild_id: world.guild.id, role: apiRole(role) });
  world.emit({ type: 'guildChanged' });
}

/** Sets what a role or person is allowed and denied in a channel, and tells the bot; `null` takes it away. */
export function changeOverwrite(
  world: World,
  channelId: string,
  targetId: string,
  overwrite: Overwrite | null,
): void {
  const channel = channelOf(world, channelId);
  if (overwrite) channel.overwrites.set(targetId, overwrite);
  else channel.overwrites.delete(targetId);
  world.gateway.dispatch('CHANNEL_UPDATE', apiChannel(world.guild, channel));
  world.emit({ type: 'guildChanged' });
}

/** Gives a person these roles and no others. The bot has no intent that would tell it. */
export function changePersonRoles(world: World, personId: string, roleIds: readonly string[]): void {
  personOf(world, personId).roleIds = [...roleIds];
  world.emit({ type: 'guildChanged' });
}

/** Deletes a channel with all its messages, and tells the bot. */
export function deleteChannel(world: World, channelId: string): void {
  const channel = channelOf(world, channelId);
  const threads = [...world.guild.channels.values()].filter(({ parentId }) => parentId === channelId);
  for (const thread of threads) deleteThread(world, thread);
  world.guild.channels.delete(channelId);
  for (const message of world.messages.values()) if (message.channelId === channelId) message.deleted = true;
  world.gateway.dispatch('CHANNEL_DELETE', apiChannel(world.guild, channel));
  world.emit({ type: 'guildChanged' });
}
