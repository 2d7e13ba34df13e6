import fc from 'fast-check';
import type { ModelWorld } from '../world.ts';

/** One thing that happens, with all that was drawn for it. */
export type Step = { text: string; run(world: ModelWorld): Promise<void> };

export type Command<Input> = {
  name: string;
  /** How often it is drawn, as against the others. */
  weight: number;
  input: fc.Arbitrary<Input>;
  run(world: ModelWorld, input: Input): Promise<void>;
};

export type WeightedSteps = { weight: number; arbitrary: fc.Arbitrary<Step> };

/** To add a command, make a file that exports one of these and name it in `index.ts`. It must do something sensible in any state. */
export function command<Input>({ name, weight, input, run }: Command<Input>): WeightedSteps {
  const arbitrary = input.map((drawn) => {
    const text = `${name} ${JSON.stringify(drawn)}`;
    return { text, run: (world: ModelWorld) => run(world, drawn), [fc.toStringMethod]: () => text };
  });
  return { weight, arbitrary };
}

/** Which of `list` a drawn number means, so that a shrunk list of steps still means something. */
export function pick<T>(list: T[], index: number): T | undefined {
  return list[index % Math.max(1, list.length)];
}

/** The last of the sales that every command may name; those after it belong to one command each. */
export const COMMON = 2;
export const saleIndex = fc.constantFrom(0, 0, 0, 1, 1, 2);
export const workerIndex = fc.nat({ max: 1 });
/** Mostly straight through; else the call stops at its first gate and goes on when the schedule says so. */
export const isDirect = fc.nat({ max: 3 }).map((drawn) => drawn !== 3);
