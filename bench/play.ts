import { WEBHOOK_SECRET } from '../sandbox/world.ts';
import { post, signedEvent } from './events.ts';
import { percentile } from './figures.ts';

/** What a turn came to; times in milliseconds. */
export type Turn = { perSecond: number; p50: number; p99: number };

/** Posts events to a webhook, so many at once, each of another purchase. */
export async function play(url: string, load: { events: number; inFlight: number }): Promise<Turn> {
  const events = Array.from({ length: load.events }, () => signedEvent(WEBHOOK_SECRET, Date.now(), 'addon'));
  const took: number[] = [];
  const began = performance.now();
  const lane = async () => {
    for (let event = events.pop(); event; event = events.pop()) took.push(await post(url, event));
  };
  await Promise.all(Array.from({ length: load.inFlight }, lane));
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: load.events / seconds, p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}

/** The turn in the middle by events a second. */
export function middle(turns: Turn[]): Turn {
  return turns.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(turns.length / 2)]!;
}
