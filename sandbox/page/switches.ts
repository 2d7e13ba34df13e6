import { discordSwitches, flip } from '../discord/index.ts';
import { panelSwitches, type WingsMode, wingsModes } from '../panel/faults.ts';
import { setStripeSwitch, stripeSwitches } from '../stripe/switches.ts';
import type { World } from '../world.ts';
import { switchesOf } from './state.ts';

/** How much slower the panel answers when that switch is on. */
const SLOW_MS = 4_000;

export type Throw = { service: string; name: string; on: boolean; mode?: string | undefined };

/** Breaks or mends one thing. @throws Error for a switch that does not exist. */
export async function throwSwitch(world: World, wanted: Throw): Promise<void> {
  const { service, name, on } = wanted;
  switch (service) {
    case 'panel':
      return throwPanel(world, wanted);
    case 'stripe': {
      const known = stripeSwitches.find((one) => one.name === name);
      if (known) return setStripeSwitch(world.stripe.faults, known.name, on);
      break;
    }
    case 'discord': {
      const known = discordSwitches.find((one) => one.name === name);
      if (known) return flip(world.discord.faults, known.name, on);
      break;
    }
    case 'database':
      world.proxy.faults.down = on;
      return;
    case 'redis':
      return world.wipeRedis();
    case 'bot':
      if (on !== world.bot.isRunning()) return;
      return on ? world.bot.kill() : world.bot.start();
  }
  throw new Error(`there is no switch ${service} ${name}`);
}

/** Turns every switch off that is on. */
export async function mendAll(world: World): Promise<void> {
  for (const { service, name } of switchesOf(world).filter(({ on }) => on)) {
    await throwSwitch(world, { service, name, on: false });
  }
}

function throwPanel(world: World, { name, on, mode }: Throw): void {
  const { faults, state } = world.panel;
  if (name === 'wings') {
    const wanted: WingsMode = wingsModes.find((one) => one.mode === mode)?.mode ?? 'down';
    faults.wings = on ? Object.fromEntries(state.nodes.map((node) => [node.id, wanted])) : {};
    return;
  }
  const known = panelSwitches.find((one) => one.name === name);
  if (!known) throw new Error(`there is no switch panel ${name}`);
  Object.assign(faults, { [known.name]: known.kind === 'milliseconds' ? (on ? SLOW_MS : 0) : on });
}
