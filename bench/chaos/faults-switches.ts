import { type DiscordSwitch, discordSwitches, flip } from '../../sandbox/discord/index.ts';
import { panelSwitches, wingsModes } from '../../sandbox/panel/faults.ts';
import { setStripeSwitch, stripeSwitches } from '../../sandbox/stripe/switches.ts';
import type { Fault } from './fault.ts';

const SLOW_PANEL_MS = 8_000;

/** Every switch of the simulated panel, Stripe and Discord. */
export const SWITCH_FAULTS: Record<string, Fault> = Object.fromEntries([
  ...panelSwitches.map((one): [string, Fault] => [
    `panel: ${one.name}`,
    async ({ world: { panel } }, pick) => {
      if (one.kind === 'per_node') {
        const node = panel.state.nodes[pick % panel.state.nodes.length]!;
        const { mode } = wingsModes[1 + (pick % (wingsModes.length - 1))]!;
        panel.faults.wings[node.id] = mode;
        return () => delete panel.faults.wings[node.id];
      }
      if (one.kind === 'milliseconds') {
        panel.faults[one.name] = SLOW_PANEL_MS;
        return () => Object.assign(panel.faults, { [one.name]: 0 });
      }
      panel.faults[one.name] = true;
      return () => Object.assign(panel.faults, { [one.name]: false });
    },
  ]),
  ...stripeSwitches.map(({ name }): [string, Fault] => [
    `stripe: ${name}`,
    async ({ world: { stripe } }) => {
      setStripeSwitch(stripe.faults, name, true);
      return () => setStripeSwitch(stripe.faults, name, false);
    },
  ]),
  ...discordSwitches.map(({ name }): [string, Fault] => [
    `discord: ${name}`,
    async ({ world: { discord } }) => {
      flip(discord.faults, name as DiscordSwitch, true);
      return () => flip(discord.faults, name as DiscordSwitch, false);
    },
  ]),
]);
