import type { CheckoutOrder } from './order.ts';
import { priceOf, productOf, recurringOf } from './price.ts';
import type { StripeObject } from './state.ts';
import template from './templates/checkout-session.json' with { type: 'json' };
import lineItems from './templates/line-items.json' with { type: 'json' };

const DAY_SECONDS = 86_400;

/** The session of a completed checkout, as its event and the API show it. */
export function makeSession(order: CheckoutOrder): StripeObject {
  const isFree = order.paymentStatus === 'no_payment_required';
  return {
    ...template,
    id: order.sessionId,
    amount_subtotal: order.amount,
    amount_total: isFree ? 0 : order.amount,
    created: order.openedAt,
    expires_at: order.openedAt + DAY_SECONDS,
    customer: order.customerId,
    customer_details: { ...template.customer_details, email: order.email },
    invoice: order.invoiceId,
    metadata: order.metadata,
    payment_status: order.paymentStatus,
    subscription: order.subscriptionId,
    total_details: { ...template.total_details, amount_discount: isFree ? order.amount : 0 },
    ...(order.paymentStatus === 'unpaid' ? bankDebit : {}),
    ...byMode(order),
  };
}

const bankDebit = {
  allowed_payment_method_types: ['sepa_debit'],
  payment_method_options: { sepa_debit: {} },
  payment_method_types: ['sepa_debit'],
};

function byMode(order: CheckoutOrder): Record<string, unknown> {
  if (order.mode === 'subscription') return {};
  if (order.mode === 'setup') {
    return {
      mode: 'setup',
      amount_subtotal: null,
      amount_total: null,
      total_details: null,
      setup_intent: 'seti_1SNsetB7WZ01zgkWaa11bb22',
    };
  }
  return {
    mode: 'payment',
    customer_creation: 'if_required',
    invoice_creation: noInvoice,
    payment_intent: order.paymentIntentId,
    payment_method_collection: 'if_required',
    submit_type: 'pay',
  };
}

const noInvoice = {
  enabled: false,
  invoice_data: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: null,
    metadata: {},
    rendering_options: null,
  },
};

/** The fields in which a session that was never paid differs once it has expired. */
export const expiredFields = {
  collected_information: null,
  customer: null,
  customer_details: null,
  invoice: null,
  payment_status: 'unpaid',
  status: 'expired',
  subscription: null,
};

/** What the API shows for `expand[]=line_items`. */
export function makeLineItems(order: CheckoutOrder): unknown {
  const [item] = lineItems.data;
  const price = {
    ...item?.price,
    id: priceOf(order),
    product: productOf(order),
    lookup_key: `${order.planId}-${order.term}`,
    recurring: { ...item?.price.recurring, ...recurringOf(order) },
    unit_amount: order.amount,
    unit_amount_decimal: String(order.amount),
  };
  const discount = order.paymentStatus === 'no_payment_required' ? order.amount : 0;
  return {
    ...lineItems,
    url: `/v1/checkout/sessions/${order.sessionId}/line_items`,
    data: [
      {
        ...item,
        id: `li_${order.sessionId.slice(-24)}`,
        amount_discount: discount,
        amount_subtotal: order.amount,
        amount_total: order.amount - discount,
        description: order.planId,
        price,
      },
    ],
  };
}
