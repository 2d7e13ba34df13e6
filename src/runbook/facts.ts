import type { Snapshot } from '../orders/capacity.ts';
import type { Purchase } from '../orders/purchase.ts';
import type { PanelEgg, PanelFault, PanelServer, PanelUser } from '../panel/client.ts';
import type { Catalogue } from '../store/rows.ts';
import type { Evidence } from '../store/store.ts';
import type { SessionEvent } from '../stripe/find-sessions.ts';
import type { CheckoutSession, WebhookEndpoint } from '../stripe/schemas.ts';

/** What a source said; `unknown` when it could not be asked, which is never the same as "there is none". */
export type Source<T> =
  | { kind: 'known'; value: T }
  | { kind: 'unknown'; reason: string; fault?: PanelFault; key?: 'no_permission' | 'bad_key' };

/** All that the checks look at, gathered once. Times in milliseconds since the epoch. */
export type Facts = {
  now: number;
  /** What Stripe knows of the checkout session; null when there is none, or the order did not come from one. */
  session: Source<CheckoutSession | null>;
  event: Source<SessionEvent | null>;
  endpoints: Source<WebhookEndpoint[]>;
  purchase: Source<Purchase | null>;
  evidence: Source<Evidence>;
  catalogue: Source<Catalogue>;
  snapshot: Source<Snapshot>;
  /** The egg of the plan; null when the panel has none, or the plan names none. */
  egg: Source<PanelEgg | null>;
  server: Source<PanelServer | null>;
  /** The buyer's account on the panel. */
  owner: Source<PanelUser | null>;
  settings: { publicUrl: string | null; livemode: boolean; slowDeliveryMs: number };
};

export const known = <T>(value: T): Source<T> => ({ kind: 'known', value });
/** The value, or null when it is not known. */
export const seen = <T>(source: Source<T>): T | null => (source.kind === 'known' ? source.value : null);
