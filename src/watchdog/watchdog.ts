import { startHeartbeat } from './heartbeat.ts';
import { type PagerDeps, startPager } from './pager.ts';

/** `deadParts`: what is dead of the whole of Orderly; empty while all is alive. */
export type WatchdogDeps = Omit<PagerDeps, 'deployment'> & { deadParts: () => string[] };

/**
 * Starts what is configured of heartbeat and pager. The settings are those of the start, so neither needs the database to
 * say that the database is away.
 *
 * @returns stop, for both.
 */
export function startWatchdog(
  deps: WatchdogDeps,
  config: { heartbeatUrl: string | null; pagerUrl: string | null; supabaseUrl: string },
): { stop(): Promise<void> } {
  const { heartbeatUrl, pagerUrl } = config;
  const deployment = new URL(config.supabaseUrl).host;
  const parts = [
    heartbeatUrl === null ? null : startHeartbeat({ ...deps, signs: deps.deadParts }, heartbeatUrl),
    pagerUrl === null ? null : startPager({ ...deps, deployment }, pagerUrl),
  ];
  return {
    stop: async () => {
      await Promise.all(parts.map((part) => part?.stop()));
    },
  };
}
