import { expect, it } from 'vitest';
import { memorySlope } from '../../bench/memory-slope.ts';

/** A quarter of an hour after the warm-up, a look every five seconds, with some unrest. */
const looks = (memoryMb: (minute: number) => number, leads: (minute: number) => boolean) =>
  Array.from({ length: 180 }, (_, index) => {
    const minute = 5 + index / 12;
    return { minute, memoryMb: memoryMb(minute) + Math.sin(index * 7), leads: leads(minute) };
  });

it('what leaks is seen as fast as it leaks, also when the lead goes to and fro', () => {
  const leak = (minute: number) => 150 + (80 * minute) / 60;
  expect(memorySlope(looks(leak, () => true))).toBeCloseTo(80, -1);
  expect(memorySlope(looks(leak, (minute) => minute > 12))).toBeCloseTo(80, -1);
});

it('what a new leader loads is no leak, whenever it takes over', () => {
  for (const takenOver of [6, 9, 12, 16, 19]) {
    const loaded = (minute: number) => 149 + 11 * Math.min(1, Math.max(0, minute - takenOver) * 2);
    expect(Math.abs(memorySlope(looks(loaded, (minute) => minute > takenOver)))).toBeLessThan(10);
  }
});
