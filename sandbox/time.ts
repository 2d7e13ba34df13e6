import type postgres from 'postgres';
import { TIMINGS, type Timings } from '../src/orders/timings.ts';
import type { BotProcess } from './bot.ts';
import type { ClockSetting, MovableClock } from './clock.ts';

/** How the time of the sandbox is changed: another speed, and a leap forward. */
export type TimeChange = { factor?: number | undefined; skipMs?: number | undefined };

/** How long, in real time, old clocks may still be read while the new one is written. */
const CHANGE_TAKES_MS = 200;

/**
 * Gives the database, the simulators and our processes another clock. Those are stopped before and started after: their clock is given to
 * them at their start. Time goes on a little with every change, so that nobody sees it go back.
 */
export async function changeTime(
  { clock, database, bots }: { clock: MovableClock; database: postgres.Sql; bots: BotProcess[] },
  { factor = clock.setting().factor, skipMs = 0 }: TimeChange,
): Promise<void> {
  if (skipMs < 0) throw new Error('time does not go back');
  const running = bots.filter((bot) => bot.isRunning());
  await Promise.all(running.map((bot) => bot.halt()));
  const marginMs = Math.ceil(CHANGE_TAKES_MS * Math.max(1, clock.setting().factor));
  const startedAtMs = Date.now();
  const setting = { factor, startMs: clock.now() + skipMs + marginMs, startedAtMs };
  await writeClock(database, setting);
  clock.rebase(setting);
  await Promise.all(running.map((bot) => bot.start()));
}

/** Tells the database what its `orderly_now()` is. */
export async function writeClock(
  database: postgres.Sql,
  { factor, startMs, startedAtMs }: ClockSetting,
): Promise<void> {
  const value = database.json({ start_ms: startMs, started_at_ms: startedAtMs, factor });
  await database`
    insert into orderly_settings (key, value) values ('clock', ${value})
    on conflict (key) do update set value = excluded.value, changed_at = clock_timestamp()`;
}

/** A fast clock does not make the machine fast: what waits for it, or loads it again and again, has its share of real time. */
export function timingsAt(factor: number, given: Partial<Timings>): Partial<Timings> {
  const atLeast = (name: keyof Timings, realMs: number) =>
    Math.max(given[name] ?? TIMINGS[name], realMs * factor);
  const leadMs = given.leadMs ?? atLeast('leadMs', 1_200);
  return {
    quickDatabaseMs: atLeast('quickDatabaseMs', 1_000),
    databaseMs: atLeast('databaseMs', 1_000),
    lookMs: atLeast('lookMs', 800),
    leadMs,
    cutOffMs: atLeast('cutOffMs', 5_000),
    outboxMs: atLeast('outboxMs', 500),
    ...given,
    settingsMs: atLeast('settingsMs', 2_000),
    // Still twice while the lead lasts.
    leadEveryMs: Math.min(atLeast('leadEveryMs', 500), leadMs / 2),
    sweepMs: atLeast('sweepMs', 1_000),
  };
}
