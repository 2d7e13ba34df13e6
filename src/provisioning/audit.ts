import type { Clock } from '../lib/clock.ts';
import type { PanelClient, PanelFault } from '../panel/client.ts';
import type { Store } from '../store/store.ts';
import { failureReport } from './report.ts';

export type AuditDeps = {
  clock: Clock;
  store: Pick<Store, 'finishedServers' | 'judgeInstalls' | 'findStrays'>;
  panel: Pick<PanelClient, 'getServer' | 'listNewestServers'>;
};

const ROWS = 500;
/** More of them gone at once have one cause: another panel, a backup that was put back, somebody's clean-up. */
const FEW = 3;

type Finished = Awaited<ReturnType<Store['finishedServers']>>[number];

/**
 * Looks whether the servers of finished orders are still there: one request for a hundred of them. One that is gone is an alert, and is never
 * made again without a person; many that are gone are one alert. And the other way round: a server of ours that no row knows is looked at.
 *
 * @returns how many are gone; null when the panel could not be asked to the end.
 */
export async function auditServers(deps: AuditDeps): Promise<number | null> {
  const { gone, isWhole } = await findGone(deps);
  if (gone.length > 0) {
    await deps.store.judgeInstalls(gone.map((row) => verdictOf(row, gone.length > FEW)));
  }
  return isWhole ? gone.length : null;
}

async function findGone(deps: AuditDeps): Promise<{ gone: Finished[]; isWhole: boolean }> {
  const gone: Finished[] = [];
  const there = await listAllIds(deps);
  if (there === null) return { gone, isWhole: false };
  for (let after = 0; ; ) {
    const rows = await deps.store.finishedServers(after, ROWS);
    for (const row of rows.filter((one) => !there.has(one.server_id))) {
      // Made since the list was read, or really gone.
      const server = await patiently(deps, () => deps.panel.getServer(row.server_id));
      if (server === null) return { gone, isWhole: false };
      if (server.value === null) gone.push(row);
    }
    after = rows.at(-1)?.server_id ?? 0;
    if (rows.length < ROWS) return { gone, isWhole: true };
  }
}

function verdictOf(row: Finished, isOneOfMany: boolean): object {
  const detail = `the panel has no server ${row.server_id} any more`;
  const about = { id: row.id, plan_id: null, region: null };
  const report = failureReport(about, { code: 'server_gone', detail });
  const shared = isOneOfMany ? { scope: 'panel', fingerprint: 'server_gone:panel:' } : {};
  return { ...report, ...row, ...shared, kind: 'install_failed', install: null, look_in_ms: null };
}

async function listAllIds(deps: AuditDeps): Promise<Set<number> | null> {
  const ids = new Set<number>();
  for (let page = 1; ; page += 1) {
    const list = await patiently(deps, () => deps.panel.listNewestServers(page));
    if (list === null) return null;
    for (const server of list.value.rows) ids.add(server.id);
    const named = list.value.rows.flatMap((server) => server.externalId ?? []);
    if (named.length > 0) await deps.store.findStrays(named);
    if (page >= list.value.totalPages) return ids;
  }
}

type Answer<T> = { kind: 'ok'; value: T } | { kind: 'fault'; fault: PanelFault };

/** Waits when its share of the requests is used up: there is no hurry. Any other fault ends the audit; the next one follows. */
async function patiently<T>(deps: AuditDeps, ask: () => Promise<Answer<T>>) {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await ask();
    if (answer.kind === 'ok') return answer;
    if (answer.fault.kind !== 'held') return null;
    await deps.clock.sleep(answer.fault.retryAfterMs ?? 1_000);
  }
  return null;
}
