import type { CheckoutOrder } from './order.ts';

type Priced = Pick<CheckoutOrder, 'planId' | 'term'>;

/** The price's id, the same for every purchase of one plan and term: `price_<plan>_<term>`. */
export function priceOf(order: Priced): string {
  return `price_${letters(order.planId)}_${letters(order.term)}`;
}

/** The product's id, the same for every purchase of one plan: `prod_<plan>`. */
export function productOf(order: Priced): string {
  return `prod_${letters(order.planId)}`;
}

/** How often the price is due. Terms that the sandbox does not know are monthly. */
export function recurringOf(order: Priced): { interval: 'month' | 'year'; interval_count: number } {
  if (/year|annual/.test(order.term)) return { interval: 'year', interval_count: 1 };
  return { interval: 'month', interval_count: /quarter/.test(order.term) ? 3 : 1 };
}

/** How long a paid period lasts, in seconds. */
export function periodSecondsOf(order: Priced): number {
  const { interval, interval_count } = recurringOf(order);
  return (interval === 'year' ? 365 : 30) * interval_count * 86_400;
}

function letters(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, '');
}
