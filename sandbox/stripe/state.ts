import { randomBytes } from 'node:crypto';

/** Any object of Stripe's API, as its JSON. */
export type StripeObject = { id: string; object: string; [key: string]: unknown };

/** The ids of what one completed checkout made; null where its kind of checkout has none. */
export type PurchaseIds = {
  sessionId: string;
  subscriptionId: string | null;
  invoiceId: string | null;
  invoicePaymentId: string | null;
  paymentIntentId: string | null;
  chargeId: string | null;
};

/** What Stripe remembers, other than its events. */
export type StripeState = {
  /** Every object by its id, oldest first. */
  objects: Map<string, StripeObject>;
  /** A session's line items by its id; the API shows them only where they are asked for. */
  lineItems: Map<string, unknown>;
  purchases: Map<string, PurchaseIds>;
};

export function createState(): StripeState {
  return { objects: new Map(), lineItems: new Map(), purchases: new Map() };
}

/** Writes some fields of an object anew and returns it. Throws when there is no such object. */
export function changeObject(state: StripeState, id: string, fields: Record<string, unknown>): StripeObject {
  const changed = { ...findObject(state, id), ...fields };
  state.objects.set(id, changed);
  return changed;
}

/** Throws when there is no such object. */
export function findObject(state: StripeState, id: string): StripeObject {
  const found = state.objects.get(id);
  if (found === undefined) throw new Error(`the sandbox's Stripe has no ${id}`);
  return found;
}

/** Throws when no checkout of the sandbox made this session. */
export function findPurchase(state: StripeState, sessionId: string): PurchaseIds {
  const found = state.purchases.get(sessionId);
  if (found === undefined) throw new Error(`no checkout of the sandbox made ${sessionId}`);
  return found;
}

/** A new id in Stripe's manner, e.g. `evt_1SN…`. */
export function newId(prefix: string): string {
  return `${prefix}_1SN${randomLetters(21)}`;
}

/** A new id of a checkout session in test mode, as long as a real one. */
export function newSessionId(): string {
  return `cs_test_a1${randomLetters(56)}`;
}

function randomLetters(count: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from(randomBytes(count), (byte) => letters[byte % letters.length]).join('');
}
