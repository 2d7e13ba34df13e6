import type { ProblemCode } from './metadata.ts';

/** A checkout session in our words, as the database function `orderly_apply_session` takes it. Times are ISO texts. */
export type SessionFacts = {
  purchase_id: string;
  session_id: string;
  subscription_id: string | null;
  customer_id: string | null;
  payment_intent_id: string | null;
  invoice_id: string | null;
  livemode: boolean;
  user_id: string | null;
  item_type: string | null;
  plan_id: string | null;
  term: string | null;
  region: string | null;
  server_name: string | null;
  email: string | null;
  amount_minor: number | null;
  currency: string | null;
  note: string | null;
  bought_at: string;
  payment: 'waiting' | 'paid' | 'failed' | 'expired';
  problem: { code: ProblemCode; detail: string } | null;
  /** Product ids; null when only Stripe knows them. */
  products: string[] | null;
};

/** What Stripe has to be asked before an event can be decided. */
export type Ask = { session_id: string } | { payment_intent_id: string; stop: 'refunded' | 'disputed' };

/** What an event does, decided from the event alone. The database decides the rest, from its rows. */
export type Effect =
  | { kind: 'ignore'; reason: string }
  | { kind: 'reject'; reason: string }
  | { kind: 'defer'; reason: string; subscription_id: string | null }
  | { kind: 'ask'; reason: string; ask: Ask }
  | { kind: 'stop'; reason: string; subscription_id: string }
  | { kind: 'session'; facts: SessionFacts };

/** One event as it is stored. `raw` is the exact text that was received. */
export type EventToStore = {
  id: string;
  type: string;
  livemode: boolean;
  api_version: string | null;
  made_at: string;
  raw: string;
  session_id: string | null;
  subscription_id: string | null;
  effect: Effect;
};
