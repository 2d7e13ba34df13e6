import { close } from './close.ts';
import type { Command, MessageMenu } from './command.ts';
import { doctor } from './doctor.ts';
import { drill } from './drill.ts';
import { helpAbout } from './help.ts';
import { incidents } from './incidents.ts';
import { inspect, inspectMenu } from './inspect.ts';
import { link } from './link.ts';
import { oncall } from './oncall.ts';
import { order } from './order.ts';
import { orders } from './orders.ts';
import { pause } from './pause.ts';
import { provision } from './provision.ts';
import { resume } from './resume.ts';
import { setup } from './setup.ts';
import { stats } from './stats.ts';
import { stock } from './stock.ts';

/** Every slash command by its name, as `/help` lists them. */
export const COMMANDS: Record<string, Command> = {
  order,
  orders,
  incidents,
  inspect,
  provision,
  close,
  link,
  pause,
  resume,
  stock,
  stats,
  setup,
  oncall,
  drill,
  doctor,
  help: helpAbout(() => ({ commands: Object.values(COMMANDS), menus: Object.values(MENUS) })),
};

/** Every entry of a message's menu by its name. */
export const MENUS: Record<string, MessageMenu> = { [inspectMenu.definition.name]: inspectMenu };
