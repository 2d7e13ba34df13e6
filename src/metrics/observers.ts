import type { ObserveOutbound } from '../lib/outbound.ts';
import type { ObserveStage } from '../orders/stages.ts';
import type { ObserveAttempt } from '../provisioning/deps.ts';
import type { ObserveEvent } from '../webhook/deps.ts';

export const SERVICES = ['supabase', 'stripe', 'panel', 'discord'] as const;
export type Service = (typeof SERVICES)[number];

/** What the parts of a process tell as it happens. Each part asks for what it tells; none knows who hears it. */
export type Observers = {
  event: ObserveEvent;
  stage: ObserveStage;
  attempt: ObserveAttempt;
  outbound: Record<Service, ObserveOutbound>;
};

const ignore = () => {};

/** Where nobody measures. */
export const NOBODY: Observers = {
  event: ignore,
  stage: ignore,
  attempt: ignore,
  outbound: { supabase: ignore, stripe: ignore, panel: ignore, discord: ignore },
};
