import { randomUUID } from 'node:crypto';
import { patiently } from '../../sandbox/patiently.ts';
import type { World } from '../../sandbox/world.ts';
import { toError } from '../../src/lib/failure.ts';
import type { Journal } from './journal.ts';
import type { PlannedSale, SaleKind } from './plan.ts';

/** A sale that was made. `isBare`: the shop forgot its metadata, so that it can't become an order. */
export type Sale = { sessionId: string; kind: SaleKind; isBare: boolean };

/** What says nothing of us and was never paid is nobody's: no purchase is made of it. */
export const isOurs = ({ kind, isBare }: Pick<Sale, 'kind' | 'isBare'>) => !(isBare && kind === 'bounced');

type Buyer = { userId: string; email: string };

/** Buyers come when the plan says; resolves when the last has done all that the plan has of them. */
export async function sellAll(
  world: World,
  planned: PlannedSale[],
  journal: Journal,
  beganMs: number,
): Promise<Sale[]> {
  const buyers: Buyer[] = [];
  const sales: Sale[] = [];
  const later: Promise<void>[] = [];
  for (const one of planned) {
    await world.clock.sleep(Math.max(0, beganMs + one.atMs - world.clock.now()));
    const buyer = await someBuyer(world, buyers, one);
    const sale = await sell(world, one, buyer, sales.length + 1);
    sales.push(sale);
    later.push(afterwards(world, one, sale, journal));
  }
  await Promise.all(later);
  return sales;
}

async function someBuyer(
  { database }: World,
  known: Buyer[],
  { isKnownBuyer, pick }: PlannedSale,
): Promise<Buyer> {
  const again = known[pick % Math.max(1, known.length)];
  if (isKnownBuyer && again) return again;
  const userId = randomUUID();
  const buyer = { userId, email: `buyer-${userId.slice(0, 8)}@example.com` };
  // A guest has no account of the site.
  if (pick % 5 > 0)
    await patiently(() => database`insert into auth.users (id, email) values (${userId}, ${buyer.email})`);
  known.push(buyer);
  return buyer;
}

async function sell(world: World, one: PlannedSale, buyer: Buyer, number: number): Promise<Sale> {
  const { kind } = one;
  const isBare = kind === 'no_metadata' || world.stripe.faults.noMetadata;
  const { sessionId } = await world.stripe.checkout({
    planId: kind === 'unknown_plan' ? 'plan-of-last-year' : one.planId,
    region: one.region,
    serverName: `Crew ${number}`,
    ...buyer,
    ...(kind === 'addon' && { itemType: 'addon' }),
    ...(kind === 'no_metadata' && { metadata: {} }),
    ...((kind === 'late' || kind === 'bounced') && { paymentStatus: 'unpaid' as const }),
    ...(kind === 'coupon' && { paymentStatus: 'no_payment_required' as const }),
  });
  return { sessionId, kind, isBare };
}

async function afterwards(world: World, one: PlannedSale, sale: Sale, journal: Journal): Promise<void> {
  await world.clock.sleep(one.thenMs);
  const { stripe } = world;
  try {
    if (sale.kind === 'late') await stripe.asyncPayment(sale.sessionId, 'succeeded');
    if (sale.kind === 'bounced') await stripe.asyncPayment(sale.sessionId, 'failed');
    if (sale.kind === 'refunded') await stripe.refund(sale.sessionId);
    if (sale.kind === 'cancelled') await stripe.cancelSubscription(sale.sessionId);
  } catch (thrown) {
    journal.note(`after ${sale.sessionId}: ${toError(thrown).message}`);
  }
}
