import { type Interaction, PermissionFlagsBits } from 'discord.js';
import type { Settings } from './settings.ts';

/**
 * Whether this person may look and act: the staff role in our guild, or an administrator of it. Checked on every press,
 * command and completion, because Discord's own command permissions don't cover buttons and can be changed by others.
 */
export function isStaff(
  interaction: Interaction,
  settings: Pick<Settings, 'guildId' | 'actRoleIds'>,
): boolean {
  if (interaction.guildId !== settings.guildId || !interaction.member) return false;
  if (interaction.memberPermissions?.has(PermissionFlagsBits.Administrator)) return true;
  const { roles } = interaction.member;
  const has = (id: string) => (Array.isArray(roles) ? roles.includes(id) : roles.cache.has(id));
  return settings.actRoleIds.some(has);
}
