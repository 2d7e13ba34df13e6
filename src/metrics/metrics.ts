import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import packageFile from '../../package.json' with { type: 'json' };
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { WatchedLoops } from '../lib/loops.ts';
import type { Role } from '../lib/roles.ts';
import { createSeldom } from '../lib/seldom.ts';
import { createCounters, type ScrapedPart } from './counters.ts';
import { createNumbers, type Numbers, putNumbers } from './database.ts';
import type { Observers } from './observers.ts';
import { createPage, type Page } from './page.ts';

/** What a scrape asks of the process. */
export type Sources = {
  roles: readonly Role[];
  loops: Pick<WatchedLoops, 'still' | 'last'>;
  /** One call of the database, with its own timeout. */
  numbers: () => Promise<Numbers>;
  /** Jobs by their state; null while Redis does not answer. */
  queue: () => Promise<Record<string, number> | null>;
  /** Null in a process that has no bot. `left`: what Discord takes now, by bucket. */
  discord: (() => { leads: boolean; connected: boolean; left: Record<string, number> }) | null;
  /** What is left of the panel's requests by the shared row; null in a process that asks the panel nothing. */
  panelLeft: ((budget: Numbers['budget']) => number) | null;
};

export type Metrics = {
  observers: Observers;
  /** @returns the page, which asks what it tells of now. Never rejects for a part that is away: what it would tell is left out. */
  createText(sources: Sources): () => Promise<string>;
  /** What the content type of the page is. */
  contentType: string;
};

/** The metrics of this process, in a registry of its own. Loaded only where somebody may ask for them. */
export function createMetrics({ clock, log }: { clock: Clock; log: Logger }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { scrapeFailed, ...observers } = createCounters(registry);
  const seldom = createSeldom(clock);
  const failed = (part: ScrapedPart, reason: string) => {
    scrapeFailed(part);
    seldom(() => log.warn({ part, reason }, 'a part could not be asked for its metrics'));
  };
  return {
    observers,
    contentType: registry.contentType,
    createText: (sources) => {
      const numbersOf = createNumbers(clock, sources.numbers);
      return async () => {
        const page = createPage();
        putProcess(page, sources);
        await Promise.all([putQueue(page, sources, failed), putDatabase(page, sources, numbersOf, failed)]);
        return `${await registry.metrics()}\n${await page.registry.metrics()}`;
      };
    },
  };
}

type Failed = (part: ScrapedPart, reason: string) => void;

function putProcess(page: Page, { roles, loops, discord }: Sources): void {
  page.put('orderly_build_info', 1, { version: packageFile.version, roles: roles.join(',') });
  const still = loops.still();
  for (const [loop, atMs] of loops.last()) {
    page.put('orderly_loop_last_run_timestamp_seconds', atMs / 1000, { loop });
    page.put('orderly_loop_stalled', still.includes(loop) ? 1 : 0, { loop });
  }
  if (discord === null) return;
  const { leads, connected, left } = discord();
  page.put('orderly_discord_leads', leads ? 1 : 0);
  page.put('orderly_discord_connected', connected ? 1 : 0);
  for (const [bucket, requests] of Object.entries(left))
    page.put('orderly_discord_requests_left', requests, { bucket });
}

async function putDatabase(
  page: Page,
  { panelLeft }: Sources,
  ask: () => Promise<Numbers>,
  failed: Failed,
): Promise<void> {
  let numbers: Numbers;
  try {
    numbers = await ask();
  } catch (thrown) {
    page.put('orderly_database_up', 0);
    return failed('database', toError(thrown).message);
  }
  page.put('orderly_database_up', 1);
  putNumbers(page, numbers);
  if (panelLeft) page.put('orderly_panel_requests_left', panelLeft(numbers.budget));
}

async function putQueue(page: Page, { queue }: Sources, failed: Failed): Promise<void> {
  const jobs = await queue();
  page.put('orderly_redis_up', jobs === null ? 0 : 1);
  if (jobs === null) failed('redis', 'no answer in time');
  for (const [state, count] of Object.entries(jobs ?? {})) page.put('orderly_queue_jobs', count, { state });
}
