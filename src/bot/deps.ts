import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Timings } from '../orders/timings.ts';
import type { PanelClient } from '../panel/client.ts';
import type { Hints } from '../provisioning/queue.ts';
import type { Finding } from '../runbook/doctor/finding.ts';
import type { Store } from '../store/store.ts';
import type { Settings } from './settings.ts';

/** What the Discord side needs. */
export type BotDeps = {
  clock: Clock;
  timings: Timings;
  log: Logger;
  random: () => number;
  /** Names this process in the lease of the outbox. */
  holder: string;
  store: Pick<
    Store,
    'act' | 'search' | 'find' | 'list' | 'stats' | 'outbox' | 'shown' | 'lease' | 'pauses' | 'catalogue'
  >;
  hints: Pick<Hints, 'send'>;
  panel: Pick<
    PanelClient,
    'findServerByExternalId' | 'getServer' | 'findUserByExternalId' | 'setExternalId' | 'listNodes'
  >;
  panelUrl: string;
  /** The settings as they are now. */
  settings: () => Settings;
  /** Looks at every setting against the real service; ten seconds at most. */
  doctor: () => Promise<Finding[]>;
};
