import type { PanelServer } from '../panel/types.ts';
import type { ProvisioningDeps } from './deps.ts';
import { fail, go, type Step, stop } from './outcome.ts';
import { failureOfPanel } from './panel-failure.ts';
import type { Work } from './work.ts';

/**
 * What the panel has under this order, after a create may have gone out. Ghosts are the trap: while a node hangs, the panel shows a
 * server that it deletes again when the node fails. So a server that still says `installing` counts only when it is
 * older than the ghost window, both ages by the panel's own clock; and "nothing there" counts only when our own
 * request is older than that.
 *
 * @returns the server to adopt, or null when it is sure that there is none.
 */
export async function findServer(deps: ProvisioningDeps, work: Work): Promise<Step<PanelServer | null>> {
  const { order_id: orderId, create_sent_at: sentAt, now } = work.purchase;
  const found = await deps.panel.findServerByExternalId(orderId);
  if (found.kind === 'fault') return fail(failureOfPanel(found.fault));
  const { ghostMs } = deps.timings;
  if (found.value === null) {
    const age = sentAt === null ? Number.POSITIVE_INFINITY : now - sentAt;
    return age > ghostMs ? go(null) : unsure('the panel has no such server yet', ghostMs - age);
  }
  const server = found.value;
  if (server.status !== 'installing') return go(server);
  const age = (found.panelTimeMs ?? now) - server.createdAtMs;
  return age > ghostMs
    ? go(server)
    : unsure(`the panel shows server ${server.id}, but may take it back`, ghostMs - age);
}

/** What is ours is known by external id, owner and egg; anything else is for a person. */
export function mismatchOf(
  server: PanelServer,
  wanted: { userId: number | null; eggId: number | null },
): string | null {
  const differences = [
    wanted.userId !== null && server.userId !== wanted.userId
      ? `owner ${server.userId} instead of ${wanted.userId}`
      : null,
    wanted.eggId !== null && server.eggId !== wanted.eggId
      ? `egg ${server.eggId} instead of ${wanted.eggId}`
      : null,
  ].filter((difference) => difference !== null);
  return differences.length === 0 ? null : `server ${server.id} has ${differences.join(' and ')}`;
}

function unsure(detail: string, lookInMs: number) {
  return stop({
    kind: 'unsure',
    failure: { code: 'create_unsure', detail },
    lookInMs: Math.max(500, lookInMs + 500),
  });
}
