import type { Order } from '../orders/purchase.ts';
import type { ProvisioningDeps } from './deps.ts';
import type { Outcome } from './outcome.ts';
import { failureOfPanel } from './panel-failure.ts';

/** Looks at a server that the panel has: ready, failed, still installing, or gone. The panel forgets a failed install; we keep it. */
export async function watchInstall(deps: ProvisioningDeps, order: Order, serverId: number): Promise<Outcome> {
  const found = await deps.panel.getServer(serverId);
  const since = Math.max(order.provisioned_at ?? order.now, order.retried_at ?? 0);
  const isLate = order.now - since > deps.timings.installDeadlineMs;
  if (found.kind === 'fault') {
    // The server is there; not being able to look is no failure of the order, until it should be done by now.
    return isLate ? { kind: 'failed', failure: failureOfPanel(found.fault) } : { kind: 'installing' };
  }
  const server = found.value;
  if (server === null) {
    return {
      kind: 'install_failed',
      install: null,
      failure: { code: 'server_gone', detail: `the panel has no server ${serverId} any more` },
    };
  }
  if (server.status === 'install_failed' || server.status === 'reinstall_failed') {
    return {
      kind: 'install_failed',
      install: 'failed',
      failure: { code: 'install_failed', detail: `the panel says ${server.status} for server ${serverId}` },
    };
  }
  if (server.status !== 'installing') return { kind: 'ready', server };
  if (isLate) {
    return {
      kind: 'install_failed',
      install: 'never_finished',
      failure: {
        code: 'install_never_finished',
        detail: `still installing after ${minutes(order.now - since)} minutes`,
      },
    };
  }
  return { kind: 'installing' };
}

function minutes(ms: number): number {
  return Math.round(ms / 60_000);
}
