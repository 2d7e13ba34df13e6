import type { Clock } from '../../src/lib/clock.ts';

const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** Makes snowflakes from the clock; each is larger than the one before, also within a millisecond. */
export function createIds(clock: Clock): () => string {
  let last = 0n;
  return () => {
    const fromClock = BigInt(clock.now() - DISCORD_EPOCH_MS) << 22n;
    last = fromClock > last ? fromClock : last + 1n;
    return last.toString();
  };
}

/** Whether a text has the shape that discord.js recognises as an id. */
export function isSnowflake(text: string): boolean {
  return /^\d{17,19}$/.test(text);
}
