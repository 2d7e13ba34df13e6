import { type Interaction, PermissionFlagsBits } from 'discord.js';

/**
 * Whether this person may look and act: the staff role in our guild, or an administrator of it. Checked on every press,
 * command and completion, because Discord's own command permissions don't cover buttons and can be changed by others.
 */
export function isStaff(
  interaction: Interaction,
  discord: { guildId: string; staffRoleId: string },
): boolean {
  if (interaction.guildId !== discord.guildId || !interaction.member) return false;
  if (interaction.memberPermissions?.has(PermissionFlagsBits.Administrator)) return true;
  const { roles } = interaction.member;
  return Array.isArray(roles) ? roles.includes(discord.staffRoleId) : roles.cache.has(discord.staffRoleId);
}
