import type { CheckoutOrder } from './order.ts';
import { periodSecondsOf, priceOf, productOf, recurringOf } from './price.ts';
import type { StripeObject } from './state.ts';
import invoiceTemplate from './templates/invoice.json' with { type: 'json' };
import subscriptionTemplate from './templates/subscription.json' with { type: 'json' };

/** The subscription of a completed checkout: `incomplete` while its first payment is under way. */
export function makeSubscription(order: CheckoutOrder, id: string): StripeObject {
  const start = order.completedAt;
  const { billing_mode } = subscriptionTemplate;
  return {
    ...subscriptionTemplate,
    id,
    billing_cycle_anchor: start,
    billing_mode: { ...billing_mode, updated_at: start },
    created: start,
    customer: order.customerId,
    items: {
      ...subscriptionTemplate.items,
      data: [makeSubscriptionItem(order, id)],
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: order.invoiceId,
    metadata: order.metadata ?? {},
    start_date: start,
    status: order.paymentStatus === 'unpaid' ? 'incomplete' : 'active',
  };
}

function makeSubscriptionItem(order: CheckoutOrder, subscriptionId: string) {
  const [item] = subscriptionTemplate.items.data;
  const product = productOf(order);
  const amount = { unit_amount: order.amount, unit_amount_decimal: String(order.amount) };
  return {
    ...item,
    id: subscriptionId.replace('sub_', 'si_'),
    created: order.completedAt,
    current_period_start: order.completedAt,
    current_period_end: order.completedAt + periodSecondsOf(order),
    plan: {
      ...item?.plan,
      ...recurringOf(order),
      id: priceOf(order),
      product,
      amount: order.amount,
      amount_decimal: String(order.amount),
    },
    price: {
      ...item?.price,
      ...amount,
      id: priceOf(order),
      product,
      lookup_key: `${order.planId}-${order.term}`,
      recurring: { ...item?.price.recurring, ...recurringOf(order) },
    },
    subscription: subscriptionId,
  };
}

/** The first invoice of a subscription: open while its payment is under way, else paid. */
export function makeInvoice(order: CheckoutOrder, id: string): StripeObject {
  const due = order.paymentStatus === 'no_payment_required' ? 0 : order.amount;
  const isPaid = order.paymentStatus !== 'unpaid';
  const at = order.completedAt;
  const details = invoiceTemplate.parent.subscription_details;
  return {
    ...invoiceTemplate,
    id,
    amount_due: due,
    created: at,
    customer: order.customerId,
    customer_email: order.email,
    effective_at: at,
    lines: makeInvoiceLines(order, id),
    parent: {
      ...invoiceTemplate.parent,
      subscription_details: {
        ...details,
        metadata: order.metadata ?? {},
        subscription: order.subscriptionId,
      },
    },
    period_end: at,
    period_start: at,
    subtotal: order.amount,
    subtotal_excluding_tax: order.amount,
    total: due,
    total_excluding_tax: due,
    ...(isPaid ? paidInvoiceFields(due, at) : openInvoiceFields(due, at)),
  };
}

/** The fields of an invoice that is paid in full at that time (seconds). */
export function paidInvoiceFields(due: number, at: number): Record<string, unknown> {
  return {
    amount_paid: due,
    amount_remaining: 0,
    status: 'paid',
    status_transitions: { ...invoiceTemplate.status_transitions, finalized_at: at, paid_at: at },
  };
}

function openInvoiceFields(due: number, at: number): Record<string, unknown> {
  return {
    amount_paid: 0,
    amount_remaining: due,
    status: 'open',
    status_transitions: { ...invoiceTemplate.status_transitions, finalized_at: at, paid_at: null },
  };
}

function makeInvoiceLines(order: CheckoutOrder, invoiceId: string) {
  const [line] = invoiceTemplate.lines.data;
  const item = {
    ...line?.parent.subscription_item_details,
    subscription: order.subscriptionId,
    subscription_item: order.subscriptionId?.replace('sub_', 'si_'),
  };
  const made = {
    ...line,
    id: invoiceId.replace('in_', 'il_'),
    amount: order.amount,
    description: `1 × ${order.planId}`,
    invoice: invoiceId,
    metadata: order.metadata ?? {},
    parent: { ...line?.parent, subscription_item_details: item },
    period: { start: order.completedAt, end: order.completedAt + periodSecondsOf(order) },
    pricing: {
      ...line?.pricing,
      price_details: { price: priceOf(order), product: productOf(order) },
      unit_amount_decimal: String(order.amount),
    },
    subscription: order.subscriptionId,
    subtotal: order.amount,
  };
  return { ...invoiceTemplate.lines, data: [made], url: `/v1/invoices/${invoiceId}/lines` };
}
