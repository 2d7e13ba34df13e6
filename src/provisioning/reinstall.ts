import { isLate } from '../orders/install.ts';
import type { ProvisioningDeps } from './deps.ts';
import { failOfPanel, type Outcome } from './outcome.ts';
import type { Work } from './work.ts';

/**
 * Runs an install again that a person asked for. The status is read first: an install that ended well meanwhile is in use, and running it
 * again could cost the customer what they made.
 */
export async function reinstall(deps: ProvisioningDeps, work: Work): Promise<Outcome> {
  const serverId = work.purchase.panel_server_id!;
  const found = await deps.panel.getServer(serverId);
  if (found.kind === 'fault') return failOfPanel(found.fault).outcome;
  if (found.value === null) {
    const detail = `the panel has no server ${serverId} any more`;
    return { kind: 'failed', failure: { code: 'server_gone', detail } };
  }
  // After a suspension "ready" proves nothing: the person looked at the server and decided.
  if (found.value.status === null && work.purchase.failure_code !== 'install_unknown')
    return { kind: 'ready', server: found.value };
  const hangs = work.purchase.install === 'never_finished' || isLate(work.purchase);
  if (found.value.status === 'installing' && !hangs) return { kind: 'reinstalling' };
  const told = await deps.panel.reinstallServer(serverId);
  if (told.kind === 'fault') return failOfPanel(told.fault, found.value.nodeId).outcome;
  return { kind: 'reinstalling' };
}
