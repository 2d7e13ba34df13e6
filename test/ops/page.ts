import { createClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { SERVICES } from '../../src/metrics/observers.ts';
import { STAGES } from '../../src/orders/stages.ts';
import type { Numbers } from '../../src/store/store.ts';

const waits = (kind: Numbers['messages'][number]['kind']) => ({ kind, waiting: 1, oldest_s: 2 });

export const NUMBERS: Numbers = {
  unserved: { waiting: 3, overdue: 1, stuck: 2, oldest_s: 700 },
  due: { orders: 2, oldest_s: 4 },
  events: 1,
  messages: [waits('purchase'), waits('alert'), waits('call'), waits('board'), waits('log'), waits('test')],
  incidents: [
    { severity: 'alert', code: 'panel_unreachable', open: 1, unacknowledged: 1 },
    { severity: 'warning', code: 'low_stock', open: 1, unacknowledged: 0 },
  ],
  stock: {
    age_s: 60,
    rows: [
      { region: 'eu-west', servers: 7 },
      { region: 'eu-west', servers: 2 },
      { region: 'us-east', servers: 0 },
    ],
  },
  budget: { tokens: 10, age_ms: 1_000, hold_ms: 0 },
  alive: [
    { role: 'webhook', processes: 1 },
    { role: 'worker', processes: 2 },
    { role: 'bot', processes: 1 },
  ],
  led: true,
};

/** A process that does everything, and in which everything has happened once. */
export function useMetrics() {
  const clock = createClock();
  const { createText, observers } = createMetrics({ clock, log: createLog('silent') });
  for (const stage of STAGES) observers.stage(stage, 7);
  for (const to of SERVICES) observers.outbound[to]('ok', 0.1);
  const loops = new Map([['sweep', clock.now()]]);
  const text = createText({
    roles: ['webhook', 'worker', 'bot'],
    loops: { still: () => [], last: () => loops },
    numbers: async () => NUMBERS,
    queue: async () => ({ waiting: 1, active: 0, delayed: 0, failed: 0 }),
    discord: () => ({ leads: true, connected: true, left: { global: 50, post: 5, edit: 5 } }),
    panelLeft: () => 12,
  });
  return { observers, text };
}
