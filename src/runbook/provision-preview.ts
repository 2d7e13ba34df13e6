import type { SessionFacts } from '../orders/effect.ts';
import {
  isPaidAndLacking,
  judgeSession,
  type Provisioning,
  whatProvisionDoes,
  whyNot,
} from '../orders/provision-preview.ts';
import type { Purchase, SiteOrder } from '../orders/purchase.ts';
import type { Catalogue } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { StripeClient } from '../stripe/client.ts';
import { effectOfSession } from '../stripe/effect.ts';
import { nodeNamed, type Place, type PlaceDeps, previewPlace } from './place-preview.ts';

export type PreviewDeps = PlaceDeps & {
  store: Pick<Store, 'find' | 'catalogue'>;
  stripe: Pick<StripeClient, 'retrieveSession' | 'retrieveStanding'>;
};

/** What `/provision` would do. `node` is the panel's number of the node that staff named. */
export type ProvisionPreview =
  | { kind: 'unknown'; target: string }
  | { kind: 'unknown_node'; name: string }
  | { kind: 'purchase'; purchase: Purchase; does: Provisioning; node: number | null; place: Place | null }
  | { kind: 'legacy'; order: SiteOrder; refused: string | null; node: number | null; place: Place | null }
  | { kind: 'session'; facts: SessionFacts; place: Place | null; purchase: Purchase | null }
  /**
   * `completable`: the purchase that a person can complete all the same; null when there is none. `isPaid`: nobody told us of it, and money was
   * paid for what may be ours, so that it can be brought in and completed then.
   */
  | {
      kind: 'unfit_session';
      session: string;
      reason: string;
      completable: Purchase | null;
      isPaid: boolean;
    };

/**
 * Looks at what would be done, and does nothing.
 *
 * @param nodeName where it shall go, by the node's name or number.
 * @throws StoreError
 */
export async function previewProvision(
  deps: PreviewDeps,
  target: string,
  nodeName?: string,
): Promise<ProvisionPreview> {
  const [found, catalogue] = await Promise.all([deps.store.find(target), deps.store.catalogue()]);
  const node = nodeName === undefined ? null : nodeNamed(catalogue, nodeName);
  if (nodeName !== undefined && node === null) return { kind: 'unknown_node', name: nodeName };
  if (found.status === 'unknown')
    return target.startsWith('cs_')
      ? previewSession(deps, catalogue, target, null)
      : { kind: 'unknown', target };
  if (found.status === 'legacy') return previewLegacy(deps, catalogue, found.order, node);
  const { purchase } = found;
  const does = whatProvisionDoes(purchase);
  if (does.kind === 'reread' && purchase.session_id !== null)
    return previewSession(deps, catalogue, purchase.session_id, purchase);
  const wanted = { plan: purchase.plan ?? {}, region: purchase.region, nodeId: node };
  const isPlaced = does.kind === 'creates' && purchase.plan !== null;
  const place = isPlaced ? await previewPlace(deps, catalogue, wanted) : null;
  return { kind: 'purchase', purchase, does, node, place };
}

async function previewLegacy(
  deps: PreviewDeps,
  catalogue: Catalogue,
  order: SiteOrder,
  node: number | null,
): Promise<ProvisionPreview> {
  const refused = whyNotAdopted(order);
  const plan = catalogue.plans.find(({ id }) => String(id) === order.plan_id);
  const wanted = plan && { plan, region: null, nodeId: node };
  const place = refused === null && wanted ? await previewPlace(deps, catalogue, wanted) : null;
  return { kind: 'legacy', order, refused, node, place };
}

/** As `orderly_adopt_order` decides when a person names the order. */
function whyNotAdopted(order: SiteOrder): string | null {
  if (order.item_type !== 'game') return 'not_a_game';
  if (order.pterodactyl_server_id !== null) return 'has_server';
  return order.status === 'paid' ? null : 'not_paid';
}

async function previewSession(
  deps: PreviewDeps,
  catalogue: Catalogue,
  id: string,
  purchase: Purchase | null,
): Promise<ProvisionPreview> {
  const completable = purchase !== null && whyNot('complete', purchase) === null ? purchase : null;
  const unfit = (reason: string, more: { isPaid?: boolean; completable?: null } = {}): ProvisionPreview => ({
    ...{ kind: 'unfit_session', session: id, reason, completable, isPaid: false },
    ...more,
  });
  const session = await deps.stripe.retrieveSession(id);
  if (session.kind === 'fault') return unfit(session.message);
  if (session.kind === 'missing') return unfit('Stripe has no such session in the mode of our key');
  const effect = effectOfSession(session.value);
  const verdict = judgeSession(effect);
  const isPaid = purchase === null && isPaidAndLacking(effect);
  if (verdict.kind === 'unfit' && completable === null && !isPaid) return unfit(verdict.reason);
  const over = whatIsOver(await deps.stripe.retrieveStanding(session.value));
  if (over !== null) return unfit(over, { completable: null });
  if (verdict.kind === 'unfit') return unfit(verdict.reason, { isPaid });
  const { facts } = verdict;
  const plan = catalogue.plans.find((row) => String(row.id) === facts.plan_id);
  const isNew = { isPaid: purchase === null };
  if (!plan) return unfit(`plans has no active row with id "${facts.plan_id}"`, isNew);
  if (!catalogue.nodes.some(({ region }) => region === facts.region))
    return unfit(`ptero_nodes has no row with region "${facts.region}"`, isNew);
  const place = await previewPlace(deps, catalogue, { plan, region: facts.region, nodeId: null });
  return { kind: 'session', facts, place, purchase };
}

/** Why nothing is to be made of it any more; null when it stands, or Stripe does not say. */
function whatIsOver(standing: Awaited<ReturnType<PreviewDeps['stripe']['retrieveStanding']>>): string | null {
  if (standing.kind !== 'ok') return null;
  const { refunded, disputed, cancelled } = standing.value;
  if (refunded === 'fully') return 'the money went back';
  if (disputed) return 'the payment is disputed';
  return cancelled ? 'its subscription has ended' : null;
}
