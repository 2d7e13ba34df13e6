import type { Step } from './commands/command.ts';
import type { ModelDatabase } from './database.ts';
import { checkInvariants } from './invariants/index.ts';
import { comeToRest } from './settle.ts';
import type { Trace } from './trace.ts';
import { createModelWorld } from './world.ts';

/** A run that broke an invariant, with all that had happened. */
export class ModelError extends Error {
  override name = 'ModelError';
  readonly trace: Trace;
  constructor(message: string, trace: Trace, cause: unknown) {
    super(`${message}\n${trace.lines.join('\n')}`, { cause });
    this.trace = trace;
  }
}

/**
 * Takes the steps one after the other, then lets everything come to rest.
 *
 * @throws ModelError when an invariant does not hold.
 */
export async function runModel(database: ModelDatabase, steps: Step[], seed: number): Promise<Trace> {
  const world = await createModelWorld(database, seed);
  try {
    for (const step of steps) {
      world.trace.add(`— ${step.text}`);
      await step.run(world);
      await checkInvariants(world, false);
    }
    await comeToRest(world);
    await checkInvariants(world, true);
    return world.trace;
  } catch (thrown) {
    throw new ModelError((thrown as Error).message, world.trace, thrown);
  } finally {
    await world.abandon();
  }
}
