import type Stripe from 'stripe';
import { z } from 'zod';
import { askStripe, type StripeResult } from './result.ts';
import { type CheckoutSession, charge } from './schemas.ts';

/** What became of a purchase's money and subscription since it was paid. */
export type Standing = {
  refunded: 'no' | 'partly' | 'fully';
  disputed: boolean;
  /** True when its subscription has ended; one that ends later (`cancel_at_period_end`) still runs. */
  cancelled: boolean;
  /** Stripe's own word, e.g. `active`; null when there is no subscription or only its id is known. */
  subscriptionStatus: string | null;
};

type Money = Pick<Standing, 'refunded' | 'disputed'>;

const UNTOUCHED: Money = { refunded: 'no', disputed: false };

const payment = z.object({ latest_charge: charge.nullable() });
// Expanded as far as Stripe allows (four levels); a payment outside Stripe has no intent.
const invoicePayments = z.object({
  data: z.array(z.object({ payment: z.object({ payment_intent: payment.optional() }) })),
});

/**
 * Reads the charges behind a session: through its payment, or through the payments of its first invoice. Needs read
 * permission for invoices, payment intents and charges.
 *
 * @param session a retrieved one, with its subscription expanded.
 */
export async function readStanding(
  stripe: Stripe,
  session: CheckoutSession,
): Promise<StripeResult<Standing>> {
  const money = await readMoney(stripe, session);
  if (money.kind !== 'ok') return money;
  const { subscription } = session;
  const subscriptionStatus =
    typeof subscription === 'object' && subscription !== null ? subscription.status : null;
  const cancelled = subscriptionStatus === 'canceled' || subscriptionStatus === 'incomplete_expired';
  return { kind: 'ok', value: { ...money.value, cancelled, subscriptionStatus } };
}

async function readMoney(stripe: Stripe, session: CheckoutSession): Promise<StripeResult<Money>> {
  const { payment_intent: paymentIntent, invoice } = session;
  if (paymentIntent !== null) {
    const answer = await askStripe('the payment', payment, () =>
      stripe.paymentIntents.retrieve(paymentIntent, { expand: ['latest_charge'] }),
    );
    return answer.kind === 'ok' ? { kind: 'ok', value: sum([answer.value]) } : answer;
  }
  if (invoice === null) return { kind: 'ok', value: UNTOUCHED };
  const answer = await askStripe("the invoice's payments", invoicePayments, () =>
    stripe.invoicePayments.list({
      invoice,
      limit: 100,
      expand: ['data.payment.payment_intent.latest_charge'],
    }),
  );
  if (answer.kind !== 'ok') return answer;
  const payments = answer.value.data.flatMap((element) => element.payment.payment_intent ?? []);
  return { kind: 'ok', value: sum(payments) };
}

function sum(payments: z.infer<typeof payment>[]): Money {
  const charges = payments
    .flatMap((element) => element.latest_charge ?? [])
    .filter((element) => element.paid);
  const given = charges.reduce((total, element) => total + element.amount_refunded, 0);
  const isAllGiven = charges.length > 0 && charges.every((element) => element.refunded);
  return {
    refunded: isAllGiven ? 'fully' : given > 0 ? 'partly' : 'no',
    disputed: charges.some((element) => element.disputed),
  };
}
