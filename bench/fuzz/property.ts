import fc from 'fast-check';

/** What has to hold of one kind of input. `share`: of all runs, in parts of the sum. */
export type Property = {
  name: string;
  share: number;
  /** @returns what fast-check found wrong in so many inputs, in words that repeat it; null when nothing is. */
  run(seed: number, runs: number): string | null;
};

/** @param check says what is wrong with what came of an input; an exception is wrong as well, and so is one that takes seconds. */
export function property<T>(
  name: string,
  share: number,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => string[],
): Property {
  const run = (seed: number, runs: number) => {
    const details = fc.check(
      fc.property(inputs, (input) => {
        const began = performance.now();
        const wrong = check(input);
        const tookMs = performance.now() - began;
        if (tookMs > SLOW_MS) wrong.push(`it took ${Math.round(tookMs)} ms`);
        if (wrong.length > 0) throw new Error(wrong.join('; '));
      }),
      { seed, numRuns: runs },
    );
    return failureOf(details);
  };
  return { name, share, run };
}

/** A pattern that goes wrong takes far longer; a machine that is busy, less. */
const SLOW_MS = 3_000;

/** What was wrong, with the smallest input that shows it, and how to repeat it. */
export function failureOf<T>(details: fc.RunDetails<T>): string | null {
  if (!details.failed) return null;
  const { errorInstance: error, seed, counterexamplePath: path, counterexample } = details;
  return `${error instanceof Error ? error.message : error}\nseed ${seed}, path "${path}": ${fc.stringify(counterexample).slice(0, 4_000)}`;
}
