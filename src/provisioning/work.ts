import type { PausedNode, Reservation } from '../orders/capacity.ts';
import type { Order } from '../orders/purchase.ts';
import { type Stage, secondsSincePaid } from '../orders/stages.ts';
import type { Claimed } from '../store/store.ts';
import type { ProvisioningDeps } from './deps.ts';
import { go, type Step, stop } from './outcome.ts';

type StepName = 'user' | 'user_gone' | 'standing' | 'placed' | 'create_sent' | 'create_not_sent';
export type Committed =
  | { status: 'ok' | 'port_taken' }
  /** Others reserved on that node meanwhile; this is what is reserved now. */
  | { status: 'outdated'; reservations: Reservation[] };

/** An order that we hold the lease of, as it was when we took it. */
export type Work = {
  purchase: Order;
  nodes: Claimed['nodes'];
  reservations: Reservation[];
  /** Nodes that failed a moment ago. */
  troubled: ReadonlySet<number>;
  paused: PausedNode[];
  token: number;
  /** Commits a step before the next one begins. Stops the look when the lease or the order is gone meanwhile, or a pause began. */
  step(name: StepName, facts?: object): Promise<Step<Committed>>;
  /** It was written down that the purchase passed this stage, for the first time. */
  passed(stage: Stage): void;
};

/** @param claim an order: its `order_id` is there. */
export function workOf(deps: ProvisioningDeps, claim: Claimed, orderId: string): Work {
  const { purchase, token } = claim;
  const readMs = deps.clock.now();
  let isFirstCreate = purchase.creates_sent === 0;
  const passed = (stage: Stage) => {
    const seconds = secondsSincePaid(purchase, readMs, deps.clock.now());
    if (seconds !== null) deps.observe.stage(stage, seconds);
  };
  return {
    purchase: { ...purchase, order_id: orderId },
    passed,
    nodes: claim.nodes,
    reservations: claim.reservations,
    troubled: new Set(claim.troubled),
    paused: claim.paused_nodes,
    token,
    step: async (name, facts = {}) => {
      const result = await deps.store.step(purchase.id, token, name, facts);
      switch (result.status) {
        case 'stale':
        case 'closed':
          // A create that is not out yet is not sent; one that is out is looked up by the next look.
          return stop({ kind: result.status });
        case 'paused':
          return stop({ kind: 'wait', failure: null, lookInMs: 1_000, paused: true });
        default:
          if (name === 'create_sent' && isFirstCreate) {
            isFirstCreate = false;
            passed(name);
          }
          return go(result);
      }
    },
  };
}
