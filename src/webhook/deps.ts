import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Hints } from '../provisioning/queue.ts';
import type { Store } from '../store/store.ts';
import type { MetricsPage } from './metrics.ts';
import type { RefusalLimits } from './refusal-limits.ts';
import type { Unkept } from './refusals.ts';

/** One thing that this process needs. `says`: how it is, in few words. `needed` false: it goes on without. */
export type ReadyPart = { ok: boolean; says: string; needed?: false };

/** What every process serves. */
export type HttpDeps = {
  log: Logger;
  store: Pick<Store, 'health'>;
  /** What is wrong inside, by part; empty when all is well. */
  troubles: () => string[];
  /** What it needs beside the database, by name, and how that is. */
  parts: () => Record<string, ReadyPart>;
  /** The loops of this process that stand still. */
  still: () => string[];
  /** Null: nobody may ask for it, and there is no such path. */
  metrics: MetricsPage | null;
};

/**
 * What became of an event: `failed` is not stored, and Stripe sends it again. `recovered` did not come in: it told of a paid purchase, was
 * never delivered, and was found at Stripe.
 */
export const EVENT_OUTCOMES = ['stored', 'duplicate', 'refused', 'failed', 'recovered'] as const;

/** Hears of every delivery, and of what should have been one. `type` is what it says of itself; of one that nothing shows to be Stripe's it is not told. */
export type ObserveEvent = (type: string, outcome: (typeof EVENT_OUTCOMES)[number]) => void;

/** What a process needs that takes deliveries. */
export type WebhookDeps = {
  clock: Clock;
  log: Logger;
  store: Pick<Store, 'ingest' | 'refuse' | 'warn' | 'provisionOrder'>;
  hints: Pick<Hints, 'send'>;
  observe: { event: ObserveEvent };
  unkept: Unkept;
  webhookSecrets: string[];
  livemode: boolean;
  /** How many events may share a database call; left out: as many as are good for it. */
  eventsPerCall?: number;
  /** Tokens that POST /servers-provision takes. */
  provisionTokens: string[];
};

export type ServerDeps = WebhookDeps & { limits: RefusalLimits };
