import { close } from './close.ts';
import type { Command } from './command.ts';
import { link } from './link.ts';
import { order } from './order.ts';
import { pause } from './pause.ts';
import { provision } from './provision.ts';
import { resume } from './resume.ts';
import { stock } from './stock.ts';

/** Every slash command by its name. */
export const COMMANDS: Record<string, Command> = { order, provision, close, link, pause, resume, stock };
