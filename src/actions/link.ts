import type { Purchase } from '../orders/purchase.ts';
import type { PanelClient, PanelServer } from '../panel/client.ts';
import type { Action, Store } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

export type LinkDeps = ActionDeps & {
  store: Pick<Store, 'act' | 'find'>;
  panel: Pick<PanelClient, 'getServer' | 'setExternalId' | 'findUserByExternalId'>;
};

/** A server that may be tied to an order, or why it may not. */
export type LinkCheck =
  | { kind: 'fits'; purchase: Purchase; orderId: string; server: PanelServer }
  | { kind: 'refused'; done: Action };

/**
 * Asks the panel whether a server may be tied to an order: it must be there, of no other order, and its owner the buyer.
 *
 * @throws StoreError
 */
export async function checkLink(deps: LinkDeps, target: string, serverId: number): Promise<LinkCheck> {
  const found = await deps.store.find(target);
  const orderId = found.status === 'found' ? found.purchase.order_id : null;
  if (found.status !== 'found' || orderId === null) return refused('no_order');
  const answer = await deps.panel.getServer(serverId);
  if (answer.kind === 'fault') return refused('panel_unknown', answer.fault.detail ?? answer.fault.kind);
  const server = answer.value;
  if (server === null) return refused('no_such_server', String(serverId));
  if (server.externalId !== null && server.externalId !== orderId) {
    const other = await deps.store.find(server.externalId);
    if (other.status !== 'unknown') return refused('server_of_other', server.externalId);
  }
  const owner = await ownerOf(deps, found.purchase);
  if (owner.kind === 'fault') return refused('panel_unknown', owner.fault.detail ?? owner.fault.kind);
  if (owner.value !== server.userId) {
    const detail = `server ${serverId} belongs to panel user ${server.userId}, the buyer is ${owner.value ?? 'none of the panel'}`;
    return refused('other_owner', detail);
  }
  return { kind: 'fits', purchase: found.purchase, orderId, server };
}

/**
 * Ties a server that the panel has to an order: one that was made by hand, or is another than it should be. The panel is asked first;
 * the server gets the order's id as external id, so that every later look finds it. A server of another order, or of another
 * customer, is never taken: its owner is to be changed on the panel first.
 *
 * @param serverId the panel's number of the server.
 * @returns outcome `linked`, or why not: `no_such_server`, `server_of_other`, `other_owner`, `panel_unknown` (with the detail), and what recording says.
 * @throws StoreError when it was not recorded.
 */
export async function link(deps: LinkDeps, actor: Actor, target: string, serverId: number): Promise<Action> {
  const check = await checkLink(deps, target, serverId);
  if (check.kind === 'refused') return check.done;
  const { purchase, orderId, server } = check;
  const done = await record(deps, actor, { action: 'link', target: purchase.id, server: factsOf(server) });
  if (done.outcome !== 'linked' || server.externalId === orderId) return done;
  const named = await deps.panel.setExternalId(server, orderId);
  // It is linked by its number; without the external id only a look by order id would not find it.
  return named.kind === 'ok' ? done : { ...done, outcome: 'linked_unnamed', detail: named.fault.detail };
}

async function ownerOf(deps: LinkDeps, p: Purchase) {
  if (p.panel_user_id !== null || p.user_id === null) return { kind: 'ok' as const, value: p.panel_user_id };
  const user = await deps.panel.findUserByExternalId(p.user_id);
  return user.kind === 'fault' ? user : { kind: 'ok' as const, value: user.value?.id ?? null };
}

function refused(outcome: string, detail: string | null = null): LinkCheck {
  return { kind: 'refused', done: { status: 'ok', outcome, detail, hint: null } };
}

function factsOf(server: PanelServer): object {
  return {
    server_id: server.id,
    identifier: server.identifier,
    panel_user_id: server.userId,
    panel_node_id: server.nodeId,
    node_name: server.nodeName,
    address: server.address,
  };
}
