import type { Clock } from '../lib/clock.ts';
import type { Numbers } from '../store/numbers.ts';
import type { Page } from './page.ts';

export type { Numbers };

/** Every process is scraped, and every few seconds: the database is asked no more often than this by each. */
const KEPT_MS = 5_000;
/** Forecasts come every five minutes; one that is older than three of them tells of a panel that can't be asked. */
const STOCK_KEPT_S = 20 * 60;
/** Regions of a catalogue; more are left out. */
const MOST_REGIONS = 100;

/** @returns what the database last said, not older than five seconds; scrapes that come together share a call. Rejects when it does not answer. */
export function createNumbers(clock: Clock, ask: () => Promise<Numbers>): () => Promise<Numbers> {
  let asked: { atMs: number; answer: Promise<Numbers> } | null = null;
  return () => {
    if (asked === null || clock.now() - asked.atMs >= KEPT_MS) {
      const mine = { atMs: clock.now(), answer: ask() };
      asked = mine;
      // What failed is asked anew by the next scrape.
      mine.answer.catch(() => {
        if (asked === mine) asked = null;
      });
    }
    return asked.answer;
  };
}

export function putNumbers(page: Page, numbers: Numbers): void {
  const { unserved, due } = numbers;
  page.put('orderly_waiting_purchases', unserved.waiting);
  page.put('orderly_waiting_oldest_seconds', unserved.oldest_s);
  page.put('orderly_overdue_purchases', unserved.overdue);
  page.put('orderly_stuck_purchases', unserved.stuck);
  page.put('orderly_due_purchases', due.orders);
  page.put('orderly_due_oldest_seconds', due.oldest_s);
  page.put('orderly_waiting_events', numbers.events);
  for (const { kind, waiting, oldest_s } of numbers.messages) {
    page.put('orderly_waiting_messages', waiting, { kind });
    page.put('orderly_message_lag_seconds', oldest_s, { kind });
  }
  putIncidents(page, numbers);
  putStock(page, numbers.stock);
  for (const { role, processes } of numbers.alive) page.put('orderly_role_processes', processes, { role });
  page.put('orderly_discord_led', numbers.led ? 1 : 0);
}

function putIncidents(page: Page, { incidents }: Numbers): void {
  // Something to count when there are none.
  for (const severity of ['alert', 'warning']) page.put('orderly_open_incidents', 0, { severity, code: '' });
  page.put('orderly_unacknowledged_incidents', 0, { code: '' });
  for (const { severity, code, open, unacknowledged } of incidents) {
    page.put('orderly_open_incidents', open, { severity, code });
    if (severity === 'alert') page.put('orderly_unacknowledged_incidents', unacknowledged, { code });
  }
}

function putStock(page: Page, stock: Numbers['stock']): void {
  if (stock === null || stock.age_s > STOCK_KEPT_S) return;
  const least = new Map<string, number>();
  for (const { region, servers } of stock.rows)
    least.set(region, Math.min(servers, least.get(region) ?? servers));
  for (const [region, servers] of [...least].slice(0, MOST_REGIONS))
    page.put('orderly_capacity_servers', servers, { region });
  page.put('orderly_capacity_age_seconds', stock.age_s);
}
