import { Counter, Histogram, type Registry } from 'prom-client';
import { FAILURES } from '../orders/failures.ts';
import { HANDLED_EVENTS } from '../stripe/effect.ts';
import { EVENT_OUTCOMES } from '../webhook/deps.ts';
import { type Definition, METRICS } from './definitions.ts';
import type { Observers, Service } from './observers.ts';

type CounterName = 'orderly_events_total' | 'orderly_attempts_total' | 'orderly_scrape_failures_total';
type HistogramName = 'orderly_purchase_stage_seconds' | 'orderly_outbound_seconds';

/** A part that a scrape asks, and that may not answer. */
export type ScrapedPart = 'database' | 'redis';

/** What is counted for as long as the process lives. No label has more values than are listed here or in the code. */
export function createCounters(registry: Registry): Observers & { scrapeFailed(part: ScrapedPart): void } {
  const counter = (name: CounterName) => new Counter({ ...configOf(name), registers: [registry] });
  const histogram = (name: HistogramName) => new Histogram({ ...configOf(name), registers: [registry] });
  const events = counter('orderly_events_total');
  const attempts = counter('orderly_attempts_total');
  const failures = counter('orderly_scrape_failures_total');
  const stages = histogram('orderly_purchase_stage_seconds');
  const outbound = histogram('orderly_outbound_seconds');
  const asked = (to: Service) => (outcome: string, seconds: number) =>
    outbound.observe({ to, outcome }, seconds);
  // What has not happened yet is 0 and not absent: the first of its kind would be no increase.
  for (const type of [...HANDLED_EVENTS, 'other'])
    for (const outcome of EVENT_OUTCOMES) events.inc({ type, outcome }, 0);
  for (const code of ['ok', ...Object.keys(FAILURES)]) attempts.inc({ code }, 0);
  for (const part of ['database', 'redis']) failures.inc({ part }, 0);
  return {
    event: (type, outcome) => events.inc({ type: HANDLED_EVENTS.includes(type) ? type : 'other', outcome }),
    attempt: (code) => attempts.inc({ code }),
    stage: (stage, seconds) => stages.observe({ stage }, seconds),
    outbound: {
      supabase: asked('supabase'),
      stripe: asked('stripe'),
      panel: asked('panel'),
      discord: asked('discord'),
    },
    scrapeFailed: (part) => failures.inc({ part }),
  };
}

function configOf(name: CounterName | HistogramName) {
  const { help, labels, buckets }: Definition = METRICS[name];
  return { name, help, labelNames: [...labels], ...(buckets && { buckets: [...buckets] }) };
}
