import type { Config } from '../config.ts';
import { requestsLeft } from '../provisioning/panel-budget.ts';
import { FRESH_MS } from '../watchdog/pulse.ts';
import type { MetricsPage } from '../webhook/metrics.ts';
import type { BotRole } from './bot.ts';
import type { Shared } from './shared.ts';

/** What /metrics tells of this process; null where nobody may ask. */
export function metricsPage(shared: Shared, config: Config, bot: BotRole | null): MetricsPage | null {
  const { metrics, loops, store, hints } = shared;
  if (metrics === null || config.metricsToken === null) return null;
  const panel = (config.worker ?? config.bot)?.panel;
  return {
    token: config.metricsToken,
    contentType: metrics.contentType,
    text: metrics.createText({
      ...{ loops, roles: config.roles },
      numbers: () => store.numbers(FRESH_MS),
      queue: hints.counts,
      discord: bot?.discord ?? null,
      panelLeft: panel ? (budget) => requestsLeft(panel.requestsPerMinute, budget) : null,
    }),
  };
}
