import type { Command } from './command.ts';
import { order } from './order.ts';
import { provision } from './provision.ts';

/** Every slash command by its name. */
export const COMMANDS: Record<string, Command> = { order, provision };
