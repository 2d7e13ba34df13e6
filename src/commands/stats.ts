import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { drawChart } from '../bot/chart/draw.ts';
import { statsChart } from '../bot/chart/stats-chart.ts';
import type { BotDeps } from '../bot/deps.ts';
import { statsMessage } from '../bot/messages/stats-message.ts';
import { toError } from '../lib/failure.ts';
import type { Stats, StatsBucket } from '../store/store.ts';
import type { Command } from './command.ts';

const SPANS: Record<string, string> = {
  24: 'The last 24 hours',
  168: 'The last 7 days',
  720: 'The last 30 days',
};

/** Hours, quarters of a day, days. */
const BUCKETS: Record<string, number> = { 24: 24, 168: 28, 720: 30 };

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
    const over = options.over && options.over in SPANS ? options.over : '24';
    const hours = Number(over);
    const [numbers, buckets] = await Promise.all([
      deps.store.stats(hours),
      deps.store.statsSeries(hours, BUCKETS[over] ?? 24),
    ]);
    const chart = numbers.games === 0 ? null : await drawn(deps, numbers, buckets);
    return statsMessage(numbers, SPANS[over] ?? '', chart);
  },
};

/** The same numbers are in the text, so that a picture that can't be drawn takes nothing away. */
async function drawn(deps: BotDeps, numbers: Stats, buckets: StatsBucket[]): Promise<Buffer | null> {
  try {
    return await drawChart(statsChart(numbers, buckets));
  } catch (thrown) {
    deps.log.warn({ reason: toError(thrown).message.slice(0, 200) }, 'no picture could be drawn');
    return null;
  }
}
