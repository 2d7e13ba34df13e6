import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { BotConfig, Config } from '../config.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { TIMINGS, type Timings } from '../orders/timings.ts';
import { createPanelClient, type PanelClient } from '../panel/client.ts';
import { createPanelBudget } from '../provisioning/panel-budget.ts';
import { createHints } from '../provisioning/queue.ts';
import { createCall } from '../store/call.ts';
import { createStore } from '../store/store.ts';
import { createStripeClient } from '../stripe/client.ts';
import type { Living } from '../watchdog/pulse.ts';

export type AppOptions = { clock?: Clock; timings?: Timings; log: Logger };

/** What every role of this process has. */
export type Shared = ReturnType<typeof createShared>;

/** A role that runs. */
export type RunningRole = Living & {
  /** What is wrong with it, for /readyz; empty when all is well. */
  troubles(): string[];
  /** Takes nothing new, ends or hands back what is under way. */
  stop(): Promise<void>;
};

/** The clients and deps of a process. `holder` names it wherever one does something for all. */
export function createShared(config: Config, options: AppOptions) {
  const { log } = options;
  const clock = options.clock ?? systemClock;
  const timings = { ...(options.timings ?? TIMINGS), deadlineMs: config.deadlineMs };
  const holder = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const call = createCall({ ...config.supabase, clock });
  const store = createStore({ call, timings, deadlineMs: timings.deadlineMs });
  const queue = { redisUrl: config.redisUrl, clock, hintMs: timings.hintMs, log };
  const hints = createHints(queue);
  return { clock, timings, log, random: Math.random, holder, store, queue, hints };
}

/** A client of the panel. Workers and people of all processes share one limit of it, with room kept for people. */
export function panelFor(
  { clock, timings, log, store }: Shared,
  panel: BotConfig['panel'],
  who: 'worker' | 'staff',
  stopping?: AbortSignal,
): PanelClient {
  const budget = createPanelBudget({ clock, log, store }, panel.requestsPerMinute, who);
  return createPanelClient({
    ...{ ...panel, clock, timeoutMs: timings.panelMs, budget },
    ...(stopping && { stopping }),
  });
}

export function stripeFor({ clock }: Shared, { secretKey, apiUrl }: BotConfig['stripe']) {
  return createStripeClient({ secretKey, apiUrl, clock });
}
