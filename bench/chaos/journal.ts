import { appendFileSync } from 'node:fs';
import type { Clock } from '../../src/lib/clock.ts';

/** What happened in a run, in order, for whoever has to find out why it went wrong. */
export type Journal = { note(what: string): void };

/** @param file where the lines go, with the clock's time in front. */
export function createJournal(clock: Pick<Clock, 'now'>, file: string): Journal {
  return { note: (what) => appendFileSync(file, `${new Date(clock.now()).toISOString()} ${what}\n`) };
}
