import { type DiscordSimulator, discordSwitches, flip } from '../../sandbox/discord/index.ts';

/** Turns every switch off. */
export function mendDiscord({ faults }: DiscordSimulator): void {
  for (const { name, kind } of discordSwitches) if (kind === 'toggle') flip(faults, name, false);
  faults.answerLostOnce = false;
}
