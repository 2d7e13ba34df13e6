import { judgeInstall } from '../orders/install.ts';
import type { PanelFault, PanelResult } from '../panel/types.ts';
import type { DueInstall } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { ProvisioningDeps } from './deps.ts';
import { failureOfPanel } from './panel-failure.ts';
import { failureReport } from './report.ts';

export type InstallDeps = Pick<ProvisioningDeps, 'timings' | 'log' | 'observe'> & {
  store: Pick<Store, 'dueInstalls' | 'judgeInstalls'>;
  panel: Pick<ProvisioningDeps['panel'], 'getServer' | 'listNewestServers'>;
};

/** Looked at in one round. */
const MOST = 500;
/** Up to so many are asked for one by one; more are found in the list of the newest servers. */
const FEW = 2;
/** Pages of 100: what is installing is among the newest. */
const MOST_PAGES = 3;
/** Older ones, asked for one by one; the rest comes in the next round. */
const MOST_SINGLE = 20;

type Seen = Map<number, string | null | 'gone'>;

/**
 * Looks at every install that is due, and at those that will be soon, with few requests: the panel tells nobody when an install ends, and
 * it forgets a failed one. What was seen is kept in the database, in one call.
 */
export async function watchInstalls(deps: InstallDeps): Promise<void> {
  const { installs, now } = await deps.store.dueInstalls(MOST, deps.timings.installPollMs);
  if (!installs.some((install) => install.due)) return;
  const seen = await lookAt(deps, installs);
  const verdicts = installs.flatMap((install): object[] => {
    const status = seen.statuses.get(install.serverId);
    if (status !== undefined) return [verdictOf(deps, install, status, now)];
    return seen.fault && install.due ? [unread(deps, install, seen.fault, now)] : [];
  });
  if (verdicts.length === 0) return;
  for (const seconds of await deps.store.judgeInstalls(verdicts)) deps.observe.stage('ready', seconds);
}

async function lookAt(
  deps: InstallDeps,
  installs: DueInstall[],
): Promise<{ statuses: Seen; fault: PanelFault | null }> {
  const statuses: Seen = new Map();
  const missing = () => installs.filter((install) => !statuses.has(install.serverId));
  const oldest = Math.min(...installs.map((install) => install.serverId));
  if (installs.length > FEW) {
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const list = await deps.panel.listNewestServers(page);
      if (list.kind === 'fault') return { statuses, fault: list.fault };
      for (const server of list.value.rows) statuses.set(server.id, server.status);
      const reached = Math.min(...list.value.rows.map((server) => server.id));
      if (page >= list.value.totalPages || reached <= oldest) break;
    }
  }
  // Not in the list: older, or gone. Only being asked for by its own id tells which.
  for (const install of missing().slice(0, MOST_SINGLE)) {
    const answer: PanelResult<{ status: string | null } | null> = await deps.panel.getServer(
      install.serverId,
    );
    if (answer.kind === 'fault') return { statuses, fault: answer.fault };
    statuses.set(install.serverId, answer.value === null ? 'gone' : answer.value.status);
  }
  return { statuses, fault: null };
}

function verdictOf(deps: InstallDeps, install: DueInstall, status: string | null | 'gone', nowMs: number) {
  const about = { id: install.id, server_id: install.serverId, since: install.since };
  const verdict = judgeInstall(install, status, nowMs, deps.timings);
  switch (verdict.kind) {
    case 'ready':
      return { ...about, kind: 'ready', look_in_ms: null };
    case 'failed': {
      const report = failureReport({ id: install.id, plan_id: null, region: null }, verdict.failure);
      return { ...about, ...report, kind: 'install_failed', install: verdict.install, look_in_ms: null };
    }
    default:
      return { ...about, kind: verdict.kind, look_in_ms: Math.round(verdict.lookInMs) };
  }
}

/** Not being able to look is no failure of the order, until its install should be done by now. */
function unread(deps: InstallDeps, install: DueInstall, fault: PanelFault, nowMs: number) {
  const failure = failureOfPanel(fault);
  const report = failureReport({ id: install.id, plan_id: null, region: null }, failure);
  const isLate = nowMs - install.sinceMs > deps.timings.installDeadlineMs;
  return {
    ...report,
    id: install.id,
    server_id: install.serverId,
    since: install.since,
    kind: 'unread',
    alert: isLate && fault.kind !== 'held',
    look_in_ms: Math.max(deps.timings.installPollMs, fault.retryAfterMs ?? 0),
  };
}
