import { noFaults } from '../../sandbox/panel/faults.ts';
import type { ModelWorld } from './world.ts';

const LONGEST_MS = 2 * 60 * 60_000;
const MOST_SWEEPS = 600;
const PROMPT_SWEEPS = 30;
const LATE_MS = 20_000;
/** By then whatever heals has healed; what an alert has told of may be tried for ever. */
const HEALED_MS = 15 * 60_000;

/**
 * What a healthy system does after whatever happened: nothing is broken any more, nobody stalls, the sweep comes by. Ends
 * when nothing is left to do; each sweep jumps to the next moment at which something is due.
 *
 * @throws Error when it does not come to rest in two hours of the clock.
 */
export async function comeToRest(world: ModelWorld): Promise<void> {
  const { clock, panel, trace } = world;
  Object.assign(panel.context.faults, noFaults());
  trace.add('everything is mended');
  const mendedMs = clock.now();
  const endMs = mendedMs + LONGEST_MS;
  let isAudited = false;
  for (let sweep = 0; sweep < MOST_SWEEPS && clock.now() < endMs; sweep += 1) {
    await openAll(world);
    const { site, workers } = world;
    let due: { kind: 'order' | 'event'; id: string }[] = [];
    const ask = async () => {
      due = (await site.store.due(100)).hints;
    };
    await world.through(site.actor, () => void ask(), true);
    workers[sweep % 2]!.chore('installs');
    await world.settle();
    await openAll(world);
    for (const hint of due.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      workers[sweep % 2]!.look(hint);
      await world.settle();
    }
    await openAll(world);
    const nextMs = await nextDueMs(world, clock.now() > mendedMs + HEALED_MS);
    if (nextMs === null) {
      // The last word has the audit: what it finds is work again.
      if (isAudited) return;
      isAudited = true;
      workers[0]!.chore('audit');
      await world.settle();
      await openAll(world);
      continue;
    }
    // A sweep may come late: what only polls needs no sweep of its own each time.
    await world.advance(Math.max(sweep < PROMPT_SWEEPS ? 1 : LATE_MS, nextMs - clock.now()));
  }
  throw new Error('it does not come to rest');
}

async function openAll(world: ModelWorld): Promise<void> {
  for (;;) {
    const [gate] = world.openGates();
    if (!gate) return;
    await world.open(gate, 'go');
  }
}

/** The next moment at which a look is due, a lease ends, a deadline passes, or somebody wakes up. */
async function nextDueMs({ database, clock }: ModelWorld, isHealed: boolean): Promise<number | null> {
  const [row] = await database.sql<{ ms: number | null }[]>`
    select (extract(epoch from min(at)) * 1000)::float8 as ms from (
      select greatest(look_at, lease_until) as at from orderly_purchases 
        where look_at is not null and not (${isHealed} and incident_id is not null)
      union all select probe_at from orderly_incidents where closed_at is null and probe_at is not null and not ${isHealed}
      union all select look_at from orderly_events where state = 'received' and look_at is not null
      union all select deadline_at from orderly_purchases
        where provisioned_at is null and closed_at is null and incident_id is null and payment = 'paid'
    ) times`;
  const times = [row?.ms ?? null, clock.nextSleepMs()].filter((ms) => ms !== null);
  return times.length === 0 ? null : Math.min(...times);
}
