import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { statsMessage } from '../bot/messages/stats-message.ts';
import type { Command } from './command.ts';

const SPANS: Record<string, string> = {
  24: 'The last 24 hours',
  168: 'The last 7 days',
  720: 'The last 30 days',
};

/** `/stats`: how well it went lately. */
export const stats: Command = {
  needs: 'view',
  definition: {
    name: 'stats',
    description: 'Purchases, success rate, time from paid to ready, and why tries failed',
    contexts: [InteractionContextType.Guild],
    options: [
      {
        name: 'over',
        description: 'How far back; without it 24 hours',
        type: ApplicationCommandOptionType.String,
        choices: Object.entries(SPANS).map(([value, name]) => ({ name, value })),
      },
    ],
  },
  kind: 'look',
  run: async (deps, { options }) => {
    const hours = options.over && options.over in SPANS ? options.over : '24';
    return statsMessage(await deps.store.stats(Number(hours)), SPANS[hours] ?? '');
  },
};
