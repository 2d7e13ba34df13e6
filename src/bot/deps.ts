import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Loops } from '../lib/loops.ts';
import type { ObserveOutbound } from '../lib/outbound.ts';
import type { ObserveStage } from '../orders/stages.ts';
import type { Timings } from '../orders/timings.ts';
import type { PanelClient } from '../panel/client.ts';
import type { Hints } from '../provisioning/queue.ts';
import type { Snapshots } from '../provisioning/snapshots.ts';
import type { Finding } from '../runbook/doctor/finding.ts';
import type { Report } from '../runbook/report.ts';
import type { Store } from '../store/store.ts';
import type { StripeClient } from '../stripe/client.ts';
import type { GuildReader } from './guild.ts';
import type { Settings } from './settings.ts';
import type { SettingsHolder } from './settings-holder.ts';

/** What the Discord side needs. */
export type BotDeps = {
  clock: Clock;
  timings: Timings;
  log: Logger;
  random: () => number;
  loops: Loops;
  observe: { stage: ObserveStage };
  /** Names this process where one leads for all. */
  holder: string;
  store: Pick<
    Store,
    | 'act'
    | 'search'
    | 'find'
    | 'findNow'
    | 'completion'
    | 'list'
    | 'stats'
    | 'incidents'
    | 'attempts'
    | 'incident'
    | 'incidentChoices'
    | 'statsSeries'
    | 'outbox'
    | 'shown'
    | 'thread'
    | 'lead'
    | 'doubtMessages'
    | 'pauses'
    | 'onCall'
    | 'catalogue'
    | 'reportCheck'
    | 'pingsLookedAt'
    | 'tested'
  >;
  hints: Pick<Hints, 'send'>;
  panel: Pick<
    PanelClient,
    'findServerByExternalId' | 'getServer' | 'findUserByExternalId' | 'setExternalId' | 'listNodes'
  >;
  /** The panel's capacity, as the workers see it. */
  snapshots: Snapshots;
  stripe: Pick<StripeClient, 'retrieveSession' | 'retrieveStanding'>;
  panelUrl: string;
  /** The settings as they are now. */
  settings: () => Settings;
  /** Where they come from, and how they are read again. */
  choices: Pick<SettingsHolder, 'originOf' | 'firstOf' | 'refreshIfOld' | 'take'>;
  /** The Discord server as it is now. */
  guild: GuildReader;
  /** Looks at every setting against the real service; ten seconds at most. */
  doctor: () => Promise<Finding[]>;
  /** Walks the runbook for whatever a text names; three seconds at most. */
  report: (target: string) => Promise<Report>;
};

/** What the Discord side is started with: the rest comes with its connection. */
export type BotStartDeps = Omit<BotDeps, 'guild'> & {
  /** Hears of every request to Discord. */
  observeDiscord: ObserveOutbound;
};
