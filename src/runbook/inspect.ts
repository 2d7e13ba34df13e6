import type { Clock } from '../lib/clock.ts';
import type { Purchase, SiteOrder } from '../orders/purchase.ts';
import type { PanelClient, PanelServer } from '../panel/client.ts';
import type { Store } from '../store/store.ts';

export type InspectDeps = {
  clock: Clock;
  store: Pick<Store, 'find'>;
  panel: Pick<PanelClient, 'findServerByExternalId' | 'getServer'>;
};

/** What the panel shows of an order; `unknown` says why it could not be asked. */
export type PanelView =
  | { kind: 'server'; server: PanelServer }
  | { kind: 'none' }
  | { kind: 'unknown'; reason: string };

export type Inspection =
  | { kind: 'purchase'; purchase: Purchase; panel: PanelView }
  | { kind: 'legacy'; order: SiteOrder; panel: PanelView }
  | { kind: 'unknown'; target: string };

/** A dead panel is an answer of its own, never a hanging Inspect. */
const PANEL_MS = 2_000;

/** Gathers what is known about one purchase, by any of its exact ids. Reads only. @throws StoreError */
export async function inspect(deps: InspectDeps, target: string): Promise<Inspection> {
  const found = await deps.store.find(target.trim());
  if (found.status === 'unknown') return { kind: 'unknown', target };
  if (found.status === 'legacy') {
    return { kind: 'legacy', order: found.order, panel: await askPanel(deps, found.order.id, null) };
  }
  const { purchase } = found;
  return {
    kind: 'purchase',
    purchase,
    panel: await askPanel(deps, purchase.order_id, purchase.panel_server_id),
  };
}

async function askPanel(
  deps: InspectDeps,
  orderId: string | null,
  serverId: number | null,
): Promise<PanelView> {
  if (orderId === null && serverId === null) return { kind: 'none' };
  const asked =
    serverId === null ? deps.panel.findServerByExternalId(orderId ?? '') : deps.panel.getServer(serverId);
  const late = deps.clock.sleep(PANEL_MS).then(() => null);
  const answer = await Promise.race([asked, late]);
  if (answer === null) return { kind: 'unknown', reason: `no answer within ${PANEL_MS / 1000} seconds` };
  if (answer.kind === 'fault') {
    const { request, status, kind, detail } = answer.fault;
    return { kind: 'unknown', reason: `${request} → ${status ?? kind}${detail ? `: ${detail}` : ''}` };
  }
  return answer.value === null ? { kind: 'none' } : { kind: 'server', server: answer.value };
}
