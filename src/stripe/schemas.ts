/**
 * What we read of Stripe's objects, at the API version that the installed stripe-node pins. Unknown keys are dropped.
 * Stripe's enums are open, so every status is a string here and its meaning is decided by the reader.
 */
import { z } from 'zod';

const metadata = z.record(z.string(), z.string());

/** In seconds since the epoch, as far as a date can be. */
const seconds = z.number().min(0).max(253_402_300_799);

/** A reference that Stripe sends as an id or, when expanded, as the object; read as the id. */
const reference = z
  .union([z.string(), z.object({ id: z.string() })])
  .transform((value) => (typeof value === 'string' ? value : value.id));

/** An event's envelope. `data.object` is for the schema of its kind. `account` is set for a connected account's event. */
export const stripeEvent = z.object({
  id: z.string(),
  object: z.literal('event'),
  type: z.string(),
  livemode: z.boolean(),
  /** The version that the body was rendered at: the endpoint's, fixed when the event was made. */
  api_version: z.string().nullable(),
  created: seconds,
  account: z.string().optional(),
  data: z.object({ object: z.unknown() }),
});
export type StripeEvent = z.infer<typeof stripeEvent>;

export const subscription = z.object({
  id: z.string(),
  object: z.literal('subscription'),
  status: z.string(),
  created: seconds.optional(),
  cancel_at_period_end: z.boolean(),
  metadata,
});
export type Subscription = z.infer<typeof subscription>;

const lineItem = z.object({
  id: z.string(),
  description: z.string().nullable(),
  quantity: z.number().nullable(),
  price: z.object({ id: z.string(), product: reference }).nullable(),
});

export const checkoutSession = z.object({
  id: z.string(),
  object: z.literal('checkout.session'),
  mode: z.string(),
  status: z.string().nullable(),
  payment_status: z.string(),
  metadata: metadata.nullable(),
  /** The id, or the whole subscription where it was asked for. */
  subscription: z.union([z.string(), subscription]).nullable(),
  customer: reference.nullable(),
  payment_intent: reference.nullable(),
  invoice: reference.nullable(),
  /** In the currency's smallest unit; null for a set-up. */
  amount_total: z.number().nullable(),
  currency: z.string().nullable(),
  livemode: z.boolean(),
  /** When the buyer opened it; it may be completed up to a day later. */
  created: seconds,
  customer_details: z.object({ email: z.string().nullable() }).nullable(),
  customer_email: z.string().nullable(),
  /** Only where it was asked for. */
  line_items: z.object({ data: z.array(lineItem), has_more: z.boolean() }).optional(),
});
export type CheckoutSession = z.infer<typeof checkoutSession>;

/** A charge names no invoice at this version: the way to its subscription goes through its payment intent. */
export const charge = z.object({
  id: z.string(),
  object: z.literal('charge'),
  payment_intent: reference.nullable(),
  /** False for an attempt that failed. */
  paid: z.boolean(),
  /** True only when all of it was given back. */
  refunded: z.boolean(),
  amount: z.number(),
  amount_refunded: z.number(),
  disputed: z.boolean(),
});
export type Charge = z.infer<typeof charge>;

export const dispute = z.object({
  id: z.string(),
  object: z.literal('dispute'),
  charge: reference,
  payment_intent: reference.nullable(),
});
export type Dispute = z.infer<typeof dispute>;

/** The subscription sits in `parent` at this version, not on the invoice. */
export const invoice = z.object({
  id: z.string(),
  object: z.literal('invoice'),
  billing_reason: z.string().nullable(),
  parent: z.object({ subscription_details: z.object({ subscription: reference }).nullable() }).nullable(),
});
export type Invoice = z.infer<typeof invoice>;

export const webhookEndpoint = z.object({
  id: z.string(),
  url: z.string(),
  /** `enabled` or `disabled`. */
  status: z.string(),
  /** Names of event types, or one `*` for all. */
  enabled_events: z.array(z.string()),
  livemode: z.boolean(),
  /** Null: the account's default version. */
  api_version: z.string().nullable(),
});
export type WebhookEndpoint = z.infer<typeof webhookEndpoint>;

/** The id of a session's subscription, expanded or not; null for a session that has none. */
export function subscriptionIdOf(session: CheckoutSession): string | null {
  const { subscription: held } = session;
  return held === null || typeof held === 'string' ? held : held.id;
}
