import type { SessionFacts } from '../orders/effect.ts';
import { judgeSession, type Provisioning, whatProvisionDoes, whyNot } from '../orders/provision-preview.ts';
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
  /** `completable`: the purchase that a person can complete all the same; null when there is none. */
  | { kind: 'unfit_session'; session: string; reason: string; completable: Purchase | null };

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
  const unfit = (reason: string, isSold = true): ProvisionPreview => {
    return { kind: 'unfit_session', session: id, reason, completable: isSold ? completable : null };
  };
  const session = await deps.stripe.retrieveSession(id);
  if (session.kind === 'fault') return unfit(session.message);
  if (session.kind === 'missing') return unfit('Stripe has no such session in the mode of our key');
  const verdict = judgeSession(effectOfSession(session.value));
  if (verdict.kind === 'unfit' && completable === null) return unfit(verdict.reason);
  const standing = await deps.stripe.retrieveStanding(session.value);
  if (standing.kind === 'ok' && standing.value.refunded === 'fully')
    return unfit('the money went back', false);
  if (standing.kind === 'ok' && standing.value.disputed) return unfit('the payment is disputed', false);
  if (standing.kind === 'ok' && standing.value.cancelled) return unfit('its subscription has ended', false);
  if (verdict.kind === 'unfit') return unfit(verdict.reason);
  const { facts } = verdict;
  const plan = catalogue.plans.find((row) => String(row.id) === facts.plan_id);
  if (!plan) return unfit(`plans has no active row with id "${facts.plan_id}"`);
  if (!catalogue.nodes.some(({ region }) => region === facts.region))
    return unfit(`ptero_nodes has no row with region "${facts.region}"`);
  const place = await previewPlace(deps, catalogue, { plan, region: facts.region, nodeId: null });
  return { kind: 'session', facts, place, purchase };
}
