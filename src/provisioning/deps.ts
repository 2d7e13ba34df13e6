import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { FailureCode } from '../orders/failures.ts';
import type { ObserveStage } from '../orders/stages.ts';
import type { Timings } from '../orders/timings.ts';
import type { PanelClient } from '../panel/client.ts';
import type { Store } from '../store/store.ts';
import type { StripeClient } from '../stripe/client.ts';
import type { Hints } from './queue.ts';
import type { Snapshots } from './snapshots.ts';
import type { Line, Turn } from './turn.ts';

/** Hears of every try to make a server that ended: its failure, or that it was made. */
export type ObserveAttempt = (code: FailureCode | 'ok') => void;

/** What a look at an order needs. */
export type ProvisioningDeps = {
  clock: Clock;
  timings: Timings;
  log: Logger;
  random: () => number;
  observe: { stage: ObserveStage; attempt: ObserveAttempt };
  hints: Pick<Hints, 'send'>;
  /** True when this process stops and its requests were cut off: how a look ended then tells nothing of the order. */
  isDrained: () => boolean;
  /** Names this process in leases and attempts. */
  holder: string;
  store: Pick<Store, 'claim' | 'step' | 'finish' | 'claimEvent' | 'resolveEvent' | 'lease' | 'nodeDown'>;
  panel: PanelClient;
  stripe: Pick<
    StripeClient,
    | 'retrieveSession'
    | 'retrieveStanding'
    | 'retrieveSubscription'
    | 'listSessionsBySubscription'
    | 'findSubscriptionOfCharge'
  >;
  /** The panel's capacity, one request for all looks of some seconds. */
  snapshots: Snapshots;
  /** One creation of a panel user at a time. */
  userTurn: Turn;
  /** One choice of a port at a time in this process. */
  placeLine: Line;
};
