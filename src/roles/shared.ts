import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { BotConfig, Config } from '../config.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { createLoops } from '../lib/loops.ts';
import { observedFetch } from '../lib/outbound.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { NOBODY } from '../metrics/observers.ts';
import { TIMINGS, type Timings } from '../orders/timings.ts';
import { createPanelClient, type PanelClient } from '../panel/client.ts';
import { createPanelBudget } from '../provisioning/panel-budget.ts';
import { createHints } from '../provisioning/queue.ts';
import { createCall } from '../store/call.ts';
import { createStore } from '../store/store.ts';
import { createStripeClient } from '../stripe/client.ts';
import type { Living } from '../watchdog/pulse.ts';
import type { ReadyPart } from '../webhook/deps.ts';

export type AppOptions = { clock?: Clock; timings?: Timings; log: Logger };

/** What every role of this process has. */
export type Shared = Awaited<ReturnType<typeof createShared>>;

/** A role that runs. */
export type RunningRole = Living & {
  /** What is wrong with it, for /readyz; empty when all is well. */
  troubles(): string[];
  /** What it needs beside the database, by name, and how that is. */
  parts(): Record<string, ReadyPart>;
  /** Takes nothing new, ends or hands back what is under way. */
  stop(): Promise<void>;
};

/** The clients and deps of a process. `holder` names it wherever one does something for all. */
export async function createShared(config: Config, options: AppOptions) {
  const { log } = options;
  const clock = options.clock ?? systemClock;
  const timings = { ...(options.timings ?? TIMINGS), deadlineMs: config.deadlineMs };
  const holder = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const metrics = config.metricsToken === null ? null : await loadMetrics({ clock, log });
  const observe = metrics?.observers ?? NOBODY;
  const loops = createLoops(clock);
  const call = createCall({ ...config.supabase, clock, observe: observe.outbound.supabase });
  const store = createStore({ call, timings, deadlineMs: timings.deadlineMs });
  const queue = { redisUrl: config.redisUrl, clock, hintMs: timings.hintMs, log };
  const hints = createHints(queue);
  const own = { metrics, observe, loops };
  return { ...own, clock, timings, log, random: Math.random, holder, store, queue, hints };
}

/** Where nobody may ask for them, nothing of them is in memory. */
async function loadMetrics(deps: { clock: Clock; log: Logger }): Promise<Metrics> {
  const { createMetrics } = await import('../metrics/metrics.ts');
  return createMetrics(deps);
}

export const redisPart = (isReady: boolean, needed?: false): ReadyPart => ({
  ok: isReady,
  says: isReady ? 'connected' : 'not connected: the sweep goes on without it',
  ...(needed === false && { needed }),
});

/** A client of the panel. Workers and people of all processes share one limit of it, with room kept for people. */
export function panelFor(
  { clock, timings, log, store, observe }: Shared,
  panel: BotConfig['panel'],
  who: 'worker' | 'staff',
  stopping?: AbortSignal,
): PanelClient {
  const budget = createPanelBudget({ clock, log, store }, panel.requestsPerMinute, who);
  return createPanelClient({
    ...{ ...panel, clock, timeoutMs: timings.panelMs, budget },
    fetch: observedFetch(observe.outbound.panel),
    ...(stopping && { stopping }),
  });
}

export function stripeFor({ clock, observe }: Shared, { secretKey, apiUrl }: BotConfig['stripe']) {
  return createStripeClient({ secretKey, apiUrl, clock, observe: observe.outbound.stripe });
}
