import { expect, it } from 'vitest';
import { fuzz } from '../bench/fuzz/fuzz.ts';

it('no hostile input throws, hangs, tells a secret or breaks a message (npm run fuzz has 100,000)', async () => {
  const bad: unknown[] = [];
  let total = 0;
  for await (const { name, runs, wrong } of fuzz(20_261_124, 3_000)) {
    total += runs;
    if (wrong !== null) bad.push(`${name}: ${wrong}`);
  }
  expect(bad).toEqual([]);
  expect(total).toBeGreaterThanOrEqual(3_000);
});
