import type { Purchase } from './purchase.ts';

/** Of these the catalogue is the cause: when it is mended, the same decision once more ends otherwise. As `orderly_retry` has them. */
const OF_CATALOGUE = new Set(['unknown_plan', 'unknown_region', 'unknown_term', 'order_refused']);

/** Whether Retry can help a paid purchase that could not become an order; what its session lacks it lacks for ever. */
export function isOfCatalogue(problem: string | null): boolean {
  return problem !== null && OF_CATALOGUE.has(problem);
}

/** A purchase of the other Stripe mode is nobody's here: there is nothing to complete, and no product to ask for. */
export function isCompletable(
  p: Pick<Purchase, 'payment' | 'closed_at' | 'order_id' | 'problem_code'>,
): boolean {
  return (
    p.payment === 'paid' && p.closed_at === null && p.order_id === null && p.problem_code !== 'wrong_mode'
  );
}

/** Whether it may be somebody else's sale; what names a plan of ours is ours. As `orderly_may_be_others` decides. */
export function mayBeOthers(
  p: Pick<Purchase, 'payment' | 'closed_at' | 'order_id' | 'problem_code' | 'plan'>,
): boolean {
  return isCompletable(p) && p.plan === null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isUuid = (text: string | null): text is string => text !== null && UUID.test(text.trim());

/** A plan that is for sale; `price` in the currency's smallest unit, null where the plan lists none. */
export type SoldPlan = { id: string; name: string | null; terms: string[]; price: number | null };

/** What a purchase could be completed with. `userByEmail`: the site's one user with the checkout's e-mail. */
export type Completable = {
  purchase: Purchase;
  plans: SoldPlan[];
  regions: string[];
  userByEmail: string | null;
};

/** The plans, those first that cost what was paid. */
export function plansByFit(plans: SoldPlan[], paidMinor: number | null): SoldPlan[] {
  const misses = ({ price }: SoldPlan) => (price !== null && price === paidMinor ? 0 : 1);
  return plans.toSorted((a, b) => misses(a) - misses(b));
}

/** Every term that some plan lists, those of the named plan first. */
export function termsOf(plans: SoldPlan[], planId: string | null): string[] {
  const own = plans.filter(({ id }) => id === planId);
  return [...new Set([...own, ...plans].flatMap(({ terms }) => terms))];
}
