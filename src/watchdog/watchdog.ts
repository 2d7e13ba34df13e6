import type { Config } from '../config.ts';
import { deadParts, type Facts } from './dead-parts.ts';
import { startHeartbeat } from './heartbeat.ts';
import { type PagerDeps, startPager } from './pager.ts';

export type WatchdogDeps = Omit<PagerDeps, 'deployment'> & { facts: () => Facts };

/**
 * Starts what is configured of heartbeat and pager. The settings are those of the start, so neither needs the database to
 * say that the database is away.
 *
 * @returns stop, for both.
 */
export function startWatchdog(
  deps: WatchdogDeps,
  config: Pick<Config, 'heartbeatUrl' | 'pagerUrl' | 'supabase'>,
): { stop(): Promise<void> } {
  const { heartbeatUrl, pagerUrl } = config;
  const signs = () => deadParts(deps.clock.now(), deps.facts(), deps.timings);
  const deployment = new URL(config.supabase.url).host;
  const parts = [
    heartbeatUrl === null ? null : startHeartbeat({ ...deps, signs }, heartbeatUrl),
    pagerUrl === null ? null : startPager({ ...deps, deployment }, pagerUrl),
  ];
  return {
    stop: async () => {
      await Promise.all(parts.map((part) => part?.stop()));
    },
  };
}
