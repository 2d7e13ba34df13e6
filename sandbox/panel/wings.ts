import type { PanelContext } from './context.ts';
import { type PanelError, panelErrors } from './errors.ts';
import type { WingsMode } from './faults.ts';
import type { ServerRow } from './rows.ts';

/** How long the panel waits for a daemon, in milliseconds of the clock. */
const TIMEOUT_MS = 15_000;

export type WingsAction = 'create' | 'sync' | 'reinstall' | 'delete';

/** Null when the daemon answered with any 2xx. */
export type WingsOutcome = PanelError | null;

const UNREACHABLE = 'Could not establish a connection to the machine running this server. Please try again.';
const remote = (text: string) => `An error occurred on the remote host: ${text}. (request id: req-1)`;
const broken = (status: number) =>
  `There was an error while communicating with the machine running this server. This error has been logged, please try again. (code: ${status}) (request_id: req-1)`;

/** The panel answers with the daemon's own status, so that a node's fault may look like a 403, 404 or 422 of its own. */
const answers: Record<WingsMode, [status: number, detail: string] | null> = {
  ok: null,
  '200html': null,
  down: [504, UNREACHABLE],
  reset: [504, UNREACHABLE],
  hang: [504, UNREACHABLE],
  hang_all: [504, UNREACHABLE],
  '500': [500, broken(500)],
  '502': [502, broken(502)],
  '404': [404, remote('The requested resource does not exist on this instance.')],
  '422': [422, remote('The data provided in the request could not be validated.')],
  // Wings answers 403 to a wrong token.
  '401': [403, remote('You are not authorized to access this endpoint.')],
};

/** Calls the daemon of a node: waits as long as the panel would, and says how it failed. */
export async function callWings(
  panel: PanelContext,
  nodeId: number,
  action: WingsAction,
): Promise<WingsOutcome> {
  const mode = wingsMode(panel, nodeId);
  if (mode === 'hang' && action === 'delete') return null;
  if (mode === 'hang' || mode === 'hang_all') await panel.pause(TIMEOUT_MS);
  const failure = answers[mode];
  return failure && panelErrors.daemon(...failure);
}

export function wingsMode(panel: PanelContext, nodeId: number): WingsMode {
  return panel.faults.wings[nodeId] ?? 'ok';
}

/** Lets the daemon install a server; it reports back after `installMs`, unless it is told or unable not to. */
export function startInstall(panel: PanelContext, server: ServerRow): void {
  const isNever = panel.faults.installNever || wingsMode(panel, server.nodeId) === '200html';
  const run = {};
  lastInstall.set(server, run);
  if (isNever) return;
  void panel.pause(panel.installMs).then(() => {
    if (lastInstall.get(server) === run) finishInstall(panel, server);
  });
}

/** The newest install of each server: an older one that was started over has nothing to report. */
const lastInstall = new WeakMap<ServerRow, object>();

/** A suspended server stays suspended: there is one status field, and the callback respects only that value. */
function finishInstall(panel: PanelContext, server: ServerRow): void {
  if (panel.stopped.aborted || panel.faults.installNever || server.status !== 'installing') return;
  server.status = panel.faults.installFails ? 'install_failed' : null;
  server.updatedAtMs = panel.clock.now();
}

/** Removes a server's row and frees its ports. */
export function removeServer(panel: PanelContext, server: ServerRow): void {
  const { servers, allocations } = panel.state;
  const index = servers.indexOf(server);
  if (index >= 0) servers.splice(index, 1);
  for (const row of allocations) if (row.serverId === server.id) row.serverId = null;
}
