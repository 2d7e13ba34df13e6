import type { Store } from '../store/store.ts';
import { auditServers } from './audit.ts';
import { checkCatalogue } from './catalogue-check.ts';
import type { Chore } from './chores.ts';
import type { ProvisioningDeps } from './deps.ts';
import { watchInstalls } from './installs.ts';
import { look } from './look.ts';
import { createSnapshots, type Snapshots } from './snapshots.ts';
import { checkStock } from './stock.ts';
import { createLine, createTurn } from './turn.ts';

export type EngineDeps = Omit<ProvisioningDeps, 'snapshots' | 'userTurn' | 'placeLine'> & {
  store: ProvisioningDeps['store'] &
    Pick<
      Store,
      'dueInstalls' | 'judgeInstalls' | 'finishedServers' | 'findStrays' | 'catalogue' | 'reportCheck'
    >;
  lowStock: number;
};

/** A creation of a panel user takes no longer than one call of the panel. */
const USER_TURN_MS = 45_000;

/** What provisioning does: look at an order or an event when it is told to, and the chores that one process does for all. */
export type Engine = {
  look(hint: Parameters<typeof look>[1]): Promise<void>;
  chores: Chore[];
  /** What it knows of the panel's capacity, for others to look at. */
  snapshots: Snapshots;
};

export function createEngine(given: EngineDeps): Engine {
  const deps = {
    ...given,
    snapshots: createSnapshots(given),
    userTurn: createTurn(given, 'panel-user-creation', USER_TURN_MS),
    placeLine: createLine(),
  };
  const { timings, log } = deps;
  return {
    look: (hint) => look(deps, hint),
    snapshots: deps.snapshots,
    chores: [
      { name: 'installs', everyMs: timings.installPollMs, run: () => watchInstalls(deps) },
      { name: 'catalogue', everyMs: timings.planCheckMs, run: () => checkCatalogue(deps) },
      { name: 'stock', everyMs: timings.stockMs, run: () => checkStock(deps) },
      {
        name: 'audit',
        everyMs: timings.auditMs,
        run: async () => {
          const gone = await auditServers(deps);
          log.info(
            { gone },
            gone === null ? 'the panel could not be audited to the end' : 'audited the panel',
          );
        },
      },
    ],
  };
}
