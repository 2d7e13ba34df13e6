import { type Interaction, PermissionFlagsBits } from 'discord.js';
import type { Settings } from './settings.ts';

const LEVELS = ['none', 'view', 'act', 'administer'] as const;
/** What a person may do; each level has those before it. */
export type Level = (typeof LEVELS)[number];
/** What a command, a button or a menu asks for. */
export type Needs = Exclude<Level, 'none'>;

type Roles = Pick<Settings, 'viewRoleIds' | 'actRoleIds' | 'adminRoleIds'>;

/**
 * What this person may do here. Checked on every press, command, menu and completion, because Discord's own command permissions don't
 * cover buttons and can be changed by others. Outside of our guild nobody may do anything.
 */
export function levelOf(interaction: Interaction, settings: Roles & Pick<Settings, 'guildId'>): Level {
  if (interaction.guildId !== settings.guildId || !interaction.member) return 'none';
  // Whoever runs the Discord server could give themselves any role. They are who can run /setup while there are none.
  if (interaction.memberPermissions?.has(PermissionFlagsBits.Administrator)) return 'administer';
  const { roles } = interaction.member;
  const has = (id: string) => (Array.isArray(roles) ? roles.includes(id) : roles.cache.has(id));
  if (settings.adminRoleIds.some(has)) return 'administer';
  if (settings.actRoleIds.some(has)) return 'act';
  return settings.viewRoleIds.some(has) ? 'view' : 'none';
}

export function isAllowed(level: Level, needs: Needs): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(needs);
}

/** The roles that may do what needs this level, the least of them first. */
export function rolesThatMay(needs: Needs, settings: Roles): string[] {
  const lists: [Needs, string[]][] = [
    ['view', settings.viewRoleIds],
    ['act', settings.actRoleIds],
    ['administer', settings.adminRoleIds],
  ];
  return [...new Set(lists.flatMap(([level, ids]) => (isAllowed(level, needs) ? ids : [])))];
}
