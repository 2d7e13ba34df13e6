import { createDatabaseCause, type DatabaseCauseDeps } from './database-cause.ts';
import { createDiscordCause, type DiscordCauseDeps } from './discord-cause.ts';
import type { Page } from './page.ts';
import { createReach, type ReachDeps } from './reach.ts';

/** `deployment` tells two deployments apart that share a pager. */
export type PagerDeps = ReachDeps &
  DatabaseCauseDeps &
  DiscordCauseDeps & { random: () => number; deployment: string };

const MOST_WAIT_MS = 60_000;

/**
 * Calls a person when Discord can't: the database is away, or Discord does not take an alert. Each round looks anew at what
 * is true, so a page that was not taken is tried again for as long as its cause stands, and no longer.
 *
 * @returns stop, which ends a call that is under way.
 */
export function startPager(deps: PagerDeps, url: string): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const reach = createReach(deps, 'the pager', url, stopping.signal);
  const send = async (page: Page) => {
    const isTaken = await reach({ method: 'POST', json: payload(deps, page) });
    if (isTaken) deps.log.warn({ page: page.key, summary: page.summary }, 'paged');
    return isTaken;
  };
  const database = createDatabaseCause(deps, send);
  const discord = createDiscordCause(deps, send);
  const loop = async () => {
    let refusals = 0;
    while (!stopping.signal.aborted) {
      const isTaken = (await database()) && (deps.failingSinceMs() !== null || (await discord()));
      refusals = isTaken ? 0 : refusals + 1;
      await deps.clock.sleep(waitMs(deps, refusals), stopping.signal);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** The same text twice: receivers like Slack's read `text`, receivers like Discord's read `content`. */
function payload(deps: PagerDeps, page: Page): object {
  return {
    text: page.text,
    content: page.text,
    summary: page.summary,
    severity: page.severity,
    source: 'orderly',
    dedup_key: `orderly:${deps.deployment}:${page.key}`,
    at: new Date(deps.clock.now()).toISOString(),
  };
}

/** The pace of the sweep; slower, up to a minute, while the pager takes nothing. */
function waitMs(deps: PagerDeps, refusals: number): number {
  const { sweepMs } = deps.timings;
  if (refusals === 0) return sweepMs;
  const wait = Math.min(MOST_WAIT_MS, sweepMs * 2 ** Math.min(refusals - 1, 6));
  return Math.round(wait * (1 - deps.random() / 2));
}
