import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Timings } from '../orders/timings.ts';
import type { PanelClient } from '../panel/client.ts';
import type { Store } from '../store/store.ts';
import type { StripeClient } from '../stripe/client.ts';

/** What a look at an order needs. */
export type ProvisioningDeps = {
  clock: Clock;
  timings: Timings;
  log: Logger;
  random: () => number;
  /** Names this process in leases and attempts. */
  holder: string;
  store: Pick<Store, 'due' | 'claim' | 'step' | 'finish' | 'claimEvent' | 'resolveEvent' | 'lease' | 'find'>;
  panel: PanelClient;
  stripe: Pick<StripeClient, 'retrieveSession' | 'findSubscriptionOfCharge'>;
};
