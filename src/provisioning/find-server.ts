import type { PanelServer } from '../panel/types.ts';
import type { ProvisioningDeps } from './deps.ts';
import { failOfPanel, go, type Outcome, type Step, stop } from './outcome.ts';
import type { Work } from './work.ts';

/**
 * What the panel has under this order, after a create may have gone out. Ghosts are the trap: while a node hangs, the panel shows a
 * server that it deletes again when the node fails. So a server that still says `installing` counts only when it is
 * older than the ghost window, both ages by the panel's own clock; and "nothing there" counts only when our own
 * request is older than that. Of a closed purchase nobody looks again afterwards, so there it is the time that a worker
 * which was thought dead may still have had to send it.
 *
 * @returns the server to adopt, or null when it is sure that there is none.
 */
export async function findServer(deps: ProvisioningDeps, work: Work): Promise<Step<PanelServer | null>> {
  const { order_id: orderId, create_sent_at: sentAt, closed_at: closedAt, now } = work.purchase;
  const found = await deps.panel.findServerByExternalId(orderId);
  if (found.kind === 'fault') return failOfPanel(found.fault);
  const { ghostMs, leaseMs } = deps.timings;
  if (found.value === null) {
    const age = sentAt === null ? Number.POSITIVE_INFINITY : now - sentAt;
    const settled = closedAt === null ? ghostMs : ghostMs + leaseMs;
    return age > settled ? go(null) : unsure('the panel has no such server yet', settled - age);
  }
  const server = found.value;
  if (server.status !== 'installing') return go(server);
  const age = (found.panelTimeMs ?? now) - server.createdAtMs;
  return age > ghostMs
    ? go(server)
    : unsure(`the panel shows server ${server.id}, but may take it back`, ghostMs - age);
}

/** Takes a server that is there already as this order's own, or says why it can't be; null is "whatever it is". */
export function adopt(
  server: PanelServer,
  wanted: { userId: number | null; eggId: number | null } | null,
): Outcome {
  const mismatch = wanted === null ? null : mismatchOf(server, wanted);
  if (mismatch) return { kind: 'failed', failure: { code: 'server_mismatch', detail: mismatch } };
  return { kind: 'provisioned', server, how: 'adopted', detail: `server ${server.id} was there already` };
}

/** What is ours is known by external id, owner and egg; anything else is for a person. */
function mismatchOf(
  server: PanelServer,
  wanted: { userId: number | null; eggId: number | null },
): string | null {
  const differences = [
    server.userId === wanted.userId
      ? null
      : `owner ${server.userId} instead of ${wanted.userId ?? 'a known one'}`,
    server.eggId === wanted.eggId ? null : `egg ${server.eggId} instead of ${wanted.eggId ?? 'a known one'}`,
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
