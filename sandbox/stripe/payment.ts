import type { CheckoutOrder } from './order.ts';
import type { StripeObject } from './state.ts';
import chargeTemplate from './templates/charge.json' with { type: 'json' };
import disputeTemplate from './templates/dispute.json' with { type: 'json' };
import invoicePaymentTemplate from './templates/invoice-payment.json' with { type: 'json' };
import paymentIntentTemplate from './templates/payment-intent.json' with { type: 'json' };

export type PaymentOutcome = 'succeeded' | 'failed' | 'pending';

/** The payment of a checkout: its intent, its charge and, for an invoice, what ties it to that. */
export function makePayment(order: CheckoutOrder): StripeObject[] {
  const { paymentIntentId, chargeId, invoicePaymentId, invoiceId } = order;
  if (paymentIntentId === null || chargeId === null) return [];
  const outcome = order.paymentStatus === 'unpaid' ? 'pending' : 'succeeded';
  const common = { created: order.completedAt, customer: order.customerId, amount: order.amount };
  const intent = {
    ...paymentIntentTemplate,
    ...common,
    ...intentFields(outcome, order.amount),
    id: paymentIntentId,
    latest_charge: chargeId,
  };
  const charge = {
    ...chargeTemplate,
    ...common,
    ...chargeFields(outcome, order.amount),
    id: chargeId,
    billing_details: { ...chargeTemplate.billing_details, email: order.email },
    payment_intent: paymentIntentId,
  };
  if (invoicePaymentId === null) return [intent, charge];
  const tie = {
    ...invoicePaymentTemplate,
    ...invoicePaymentFields(outcome, order.amount, order.completedAt),
    id: invoicePaymentId,
    amount_requested: order.amount,
    created: order.completedAt,
    invoice: invoiceId,
    payment: { payment_intent: paymentIntentId, type: 'payment_intent' },
  };
  return [intent, charge, tie];
}

export function intentFields(outcome: PaymentOutcome, amount: number): Record<string, unknown> {
  const status = { succeeded: 'succeeded', pending: 'processing', failed: 'requires_payment_method' };
  return { status: status[outcome], amount_received: outcome === 'succeeded' ? amount : 0 };
}

export function chargeFields(outcome: PaymentOutcome, amount: number): Record<string, unknown> {
  const isPaid = outcome === 'succeeded';
  return {
    status: outcome,
    paid: isPaid,
    captured: outcome !== 'failed',
    amount_captured: outcome === 'failed' ? 0 : amount,
    failure_code: outcome === 'failed' ? 'insufficient_funds' : null,
    failure_message: outcome === 'failed' ? "The bank account doesn't have enough funds." : null,
  };
}

/** `at` in seconds. */
export function invoicePaymentFields(
  outcome: PaymentOutcome,
  amount: number,
  at: number,
): Record<string, unknown> {
  const isPaid = outcome === 'succeeded';
  return {
    status: isPaid ? 'paid' : 'open',
    amount_paid: isPaid ? amount : null,
    status_transitions: { canceled_at: null, paid_at: isPaid ? at : null },
  };
}

/** A buyer's bank takes the money back. `at` in seconds. */
export function makeDispute(charge: StripeObject, id: string, at: number): StripeObject {
  const WEEK_SECONDS = 7 * 86_400;
  return {
    ...disputeTemplate,
    id,
    amount: charge.amount,
    charge: charge.id,
    created: at,
    evidence_details: { ...disputeTemplate.evidence_details, due_by: at + WEEK_SECONDS },
    payment_intent: charge.payment_intent,
  };
}
