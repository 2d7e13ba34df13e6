import type { Config, WorkerConfig } from '../config.ts';
import { startChore } from '../provisioning/chores.ts';
import { createEngine } from '../provisioning/engine.ts';
import { pruneChore } from '../provisioning/prune.ts';
import { startWorker } from '../provisioning/queue.ts';
import type { Snapshots } from '../provisioning/snapshots.ts';
import { startSweeper } from '../provisioning/sweeper.ts';
import { reconcileChores } from '../reconcile/chores.ts';
import { deadWorkerParts } from '../watchdog/dead-parts.ts';
import { panelFor, type RunningRole, redisPart, type Shared, stripeFor } from './shared.ts';

export type WorkerRole = RunningRole & {
  /** Since when no sweep of the database succeeds, in milliseconds of the clock; null while they do. */
  failingSinceMs(): number | null;
  /** What it knows of the panel's capacity. */
  snapshots: Snapshots;
};

/** Provisions: looks at what it is told of, sweeps for what is due, and does the chores that one process does for all. */
export function startWorkerRole(shared: Shared, config: Config, own: WorkerConfig): WorkerRole {
  const { clock, timings } = shared;
  // What takes too long when we stop is cut off, so that its order is handed back before we are killed.
  const drained = new AbortController();
  const stripe = stripeFor(shared, own.stripe);
  const engine = createEngine({
    ...shared,
    panel: panelFor(shared, own.panel, 'worker', drained.signal),
    stripe,
    lowStock: own.lowStock,
    isDrained: () => drained.signal.aborted,
  });
  const worker = startWorker({ ...shared.queue, loops: shared.loops }, engine.look);
  const sweeper = startSweeper({ ...shared, look: engine.look });
  const reconciling = reconcileChores({
    ...{ ...shared, stripe, livemode: config.livemode, publicUrl: own.publicUrl },
  });
  const pruning = pruneChore(shared, own.keepPayloadsDays);
  const chores = [...engine.chores, ...reconciling, ...pruning].map((chore) => startChore(shared, chore));
  return {
    name: 'worker',
    troubles: () => (worker.isReady() ? [] : ['redis']),
    parts: () => ({ redis: redisPart(worker.isReady()) }),
    deadParts: () =>
      deadWorkerParts(
        clock.now(),
        { lastSweepMs: sweeper.lastSweepMs(), isRedisReady: worker.isReady() },
        timings,
      ),
    standsBy: () => false,
    failingSinceMs: sweeper.failingSinceMs,
    snapshots: engine.snapshots,
    stop: async () => {
      const isOver = new AbortController();
      const late = clock.sleep(timings.drainMs, isOver.signal).then(() => drained.abort());
      await Promise.all([sweeper.stop(), worker.stop(), ...chores.map((chore) => chore.stop())]);
      isOver.abort();
      await late;
    },
  };
}
