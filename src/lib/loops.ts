import type { Clock } from './clock.ts';

/** One thing that goes on and on in this process. */
export type Loop = {
  /** It goes on, and is heard of again within so many milliseconds, or it stands still. */
  beat(withinMs: number): void;
  /** It is over, because it was told to. */
  end(): void;
};

/** Where a loop says that it goes round, whatever comes of it: one that fails each time is no loop that stands still. */
export type Loops = {
  /** Several may have one name, such as looks at orders. */
  start(name: string): Loop;
};

export type WatchedLoops = Loops & {
  /** The names of those that stand still; empty while all go round. */
  still(): string[];
  /** When one of each name last went round, in milliseconds of the clock; also of those that are over. */
  last(): ReadonlyMap<string, number>;
};

/** A busy machine is late; a loop that waits for nothing that can end is later. */
const SLACK_MS = 60_000;

/** All loops of a process: what can only be mended by a restart is a loop that stands still. */
export function createLoops(clock: Clock): WatchedLoops {
  const running = new Map<object, { name: string; dueMs: number }>();
  const last = new Map<string, number>();
  return {
    start: (name) => {
      const key = {};
      return {
        beat: (withinMs) => {
          const nowMs = clock.now();
          last.set(name, nowMs);
          running.set(key, { name, dueMs: nowMs + withinMs + SLACK_MS });
        },
        end: () => {
          running.delete(key);
        },
      };
    },
    still: () => {
      const nowMs = clock.now();
      const late = [...running.values()].filter(({ dueMs }) => nowMs > dueMs);
      return [...new Set(late.map(({ name }) => name))];
    },
    last: () => last,
  };
}
