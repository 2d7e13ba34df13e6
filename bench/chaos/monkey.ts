import { toError } from '../../src/lib/failure.ts';
import type { Stage } from './fault.ts';
import { FAULTS } from './faults.ts';
import type { Journal } from './journal.ts';
import type { PlannedFault } from './plan.ts';

/** Breaks things as the plan says, and mends each after its time. Resolves when nothing of it is left. */
export async function runMonkey(
  stage: Stage,
  planned: PlannedFault[],
  journal: Journal,
  beganMs: number,
): Promise<Record<string, number>> {
  const { clock } = stage.world;
  const done: Record<string, number> = {};
  const active = new Set<string>();
  const breakOne = async ({ name, lastsMs, pick }: PlannedFault) => {
    const thing = whatOf(name);
    // Two that hold the same thing would mend each other.
    if (active.has(thing)) return;
    active.add(thing);
    done[name] = (done[name] ?? 0) + 1;
    journal.note(`fault: ${name} for ${Math.round(lastsMs / 1000)} s`);
    try {
      const mend = await FAULTS[name]!(stage, pick);
      await clock.sleep(lastsMs);
      await mend();
      journal.note(`over: ${name}`);
    } catch (thrown) {
      journal.note(`fault ${name} failed: ${toError(thrown).message}`);
    } finally {
      active.delete(thing);
    }
  };
  const all: Promise<void>[] = [];
  for (const fault of planned) {
    await clock.sleep(Math.max(0, beganMs + fault.atMs - clock.now()));
    all.push(breakOne(fault));
  }
  await Promise.all(all);
  return done;
}

function whatOf(name: string): string {
  return /PostgreSQL|disk/.test(name) ? 'PostgreSQL' : name;
}
