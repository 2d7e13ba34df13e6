import { randomUUID } from 'node:crypto';
import { newId, newSessionId } from './state.ts';

export type PaymentStatus = 'paid' | 'unpaid' | 'no_payment_required';
export type CheckoutMode = 'subscription' | 'payment' | 'setup';

/** What a buyer chose and how it went. */
export type CheckoutOptions = {
  planId: string;
  region: string;
  /** Default `monthly`. */
  term?: string | undefined;
  /** Default "Saturday Night SMP". */
  serverName?: string | undefined;
  /** Default: a new one. */
  userId?: string | undefined;
  /** Default buyer@example.com. */
  email?: string | undefined;
  /** Default `game`. */
  itemType?: string | undefined;
  /** Takes the place of all that the above puts into the metadata. */
  metadata?: Record<string, string> | null | undefined;
  /** Default `paid`; `unpaid` is a bank debit under way; `no_payment_required` a 100 % coupon. */
  paymentStatus?: PaymentStatus | undefined;
  /** Default `subscription`. */
  mode?: CheckoutMode | undefined;
  /** The price, in cents. Default 1499. */
  amountMinor?: number | undefined;
  /** False: the session of mode `subscription` has none, as while one is being made. */
  subscription?: boolean | undefined;
  /** How long before now the buyer opened the page, in seconds. Default 0. */
  openedSecondsAgo?: number | undefined;
};

/** A checkout with everything decided, from which its objects are made. Times in seconds since the epoch. */
export type CheckoutOrder = {
  planId: string;
  term: string;
  email: string;
  metadata: Record<string, string> | null;
  paymentStatus: PaymentStatus;
  mode: CheckoutMode;
  amount: number;
  openedAt: number;
  completedAt: number;
  sessionId: string;
  customerId: string;
  subscriptionId: string | null;
  invoiceId: string | null;
  invoicePaymentId: string | null;
  paymentIntentId: string | null;
  chargeId: string | null;
};

/** Fills in what the options leave open, and decides which objects this kind of checkout has. */
export function toOrder(options: CheckoutOptions, nowMs: number): CheckoutOrder {
  const completedAt = Math.floor(nowMs / 1000);
  const mode = options.mode ?? 'subscription';
  const paymentStatus = mode === 'setup' ? 'no_payment_required' : (options.paymentStatus ?? 'paid');
  const isSubscription = mode === 'subscription' && options.subscription !== false;
  const hasPayment = paymentStatus !== 'no_payment_required';
  return {
    planId: options.planId,
    term: options.term ?? 'monthly',
    email: options.email ?? 'buyer@example.com',
    metadata: options.metadata === undefined ? toMetadata(options) : options.metadata,
    paymentStatus,
    mode,
    amount: options.amountMinor ?? 1499,
    openedAt: completedAt - (options.openedSecondsAgo ?? 0),
    completedAt,
    sessionId: newSessionId(),
    customerId: newId('cus'),
    subscriptionId: isSubscription ? newId('sub') : null,
    invoiceId: isSubscription ? newId('in') : null,
    invoicePaymentId: isSubscription && hasPayment ? newId('inpay') : null,
    paymentIntentId: hasPayment ? newId('pi') : null,
    chargeId: hasPayment ? newId('ch') : null,
  };
}

function toMetadata(options: CheckoutOptions): Record<string, string> {
  return {
    item_type: options.itemType ?? 'game',
    plan_id: options.planId,
    region: options.region,
    server_name: options.serverName ?? 'Saturday Night SMP',
    term: options.term ?? 'monthly',
    user_id: options.userId ?? randomUUID(),
  };
}
