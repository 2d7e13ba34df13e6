import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sharedPostgres } from '../helpers/world.ts';
import type { Step } from './commands/command.ts';
import { steps } from './commands/index.ts';
import { type ModelDatabase, openDatabase } from './database.ts';
import { runModel } from './run.ts';

/**
 * Two workers run the real engine over the real SQL functions and the simulated panel, in any order that fast-check thinks
 * of: every call may stand still before it is sent, on its way, before its commit and before its answer; a worker may die
 * at each of these; time moves only when a step says so. After every step, and once all has come to rest, the invariants of
 * `invariants/index.ts` have to hold. One call moves at a time, so a seed is one history and a failure replays exactly.
 *
 * Not part of the model: Redis, Discord and Stripe's API, other rights
 * than a superuser's, what a sweep costs.
 */
const RUNS = Number(process.env.MODEL_RUNS ?? 40);
/** The same histories each time, so that a change is what turns it red; `MODEL_SEED=random` looks for new ones. */
const WANTED_SEED = process.env.MODEL_SEED ?? '20261124';
const SEED = WANTED_SEED === 'random' ? undefined : Number(WANTED_SEED);
/** Includes shrinking a failure; more runs may take longer. */
const LIMIT_MS = 70_000 + Math.max(0, RUNS - 40) * 2_000;
const PATH = process.env.MODEL_PATH;

let database: ModelDatabase;
beforeAll(async () => {
  database = await openDatabase(sharedPostgres());
});
afterAll(() => database.close());

type History = { steps: Step[]; chance: number };
const histories: fc.Arbitrary<History> = fc.record({ steps, chance: fc.integer() });

it(
  'whatever happens in whatever order, every paid order ends with one server or an alert',
  async () => {
    let last: Promise<unknown> = Promise.resolve();
    const property = fc.asyncProperty(histories, async ({ steps, chance }) => {
      last = runModel(database, steps, chance);
      await last;
    });
    const details = await fc.check(property, {
      numRuns: RUNS,
      interruptAfterTimeLimit: LIMIT_MS,
      ...(SEED === undefined ? {} : { seed: SEED }),
      endOnFailure: PATH !== undefined || process.env.MODEL_SHRINK === '0',
      ...(PATH === undefined ? {} : { path: PATH }),
    });
    // One that the time limit interrupts goes on, and must not do so beside the next test.
    await last.catch(() => undefined);
    if (details.failed) throw new Error(report(details));
    expect(details.numRuns).toBeGreaterThan(0);
  },
  LIMIT_MS + 60_000,
);

it('the same seed is the same history, call by call', async () => {
  for (const { steps, chance } of fc.sample(histories, { numRuns: 5, seed: SEED ?? 4711 })) {
    const first = await runModel(database, steps, chance);
    const second = await runModel(database, steps, chance);
    expect(second.lines).toEqual(first.lines);
    expect(second.hash()).toBe(first.hash());
  }
});

function report(details: fc.RunDetails<[History]>): string {
  const replay = `MODEL_SEED=${details.seed} MODEL_PATH=${details.counterexamplePath} npm test -- test/model`;
  const why = details.errorInstance instanceof Error ? details.errorInstance.message : 'no reason';
  const input = fc.stringify(details.counterexample);
  return `run ${details.numRuns} failed, shrunk ${details.numShrinks} times; replay with: ${replay}\n${why}\n${input}`;
}
