import type { Clock } from '../lib/clock.ts';
import type { PanelClient, PanelFault } from '../panel/client.ts';
import type { Store } from '../store/store.ts';
import { failureReport } from './report.ts';

export type AuditDeps = {
  clock: Clock;
  store: Pick<Store, 'finishedServers' | 'judgeInstalls'>;
  panel: Pick<PanelClient, 'getServer' | 'listNewestServers'>;
};

const ROWS = 500;

/**
 * Looks whether the servers of finished orders are still there: one request for a hundred of them. One that is gone is an alert, and is never
 * made again without a person.
 *
 * @returns how many are gone; null when the panel could not be asked to the end.
 */
export async function auditServers(deps: AuditDeps): Promise<number | null> {
  const there = await listAllIds(deps);
  if (there === null) return null;
  let gone = 0;
  for (let after = 0; ; ) {
    const rows = await deps.store.finishedServers(after, ROWS);
    for (const row of rows.filter((one) => !there.has(one.server_id))) {
      // Made since the list was read, or really gone.
      const server = await patiently(deps, () => deps.panel.getServer(row.server_id));
      if (server === null) return null;
      if (server.value !== null) continue;
      const failure = {
        code: 'server_gone',
        detail: `the panel has no server ${row.server_id} any more`,
      } as const;
      const report = failureReport({ id: row.id, plan_id: null, region: null }, failure);
      await deps.store.judgeInstalls([
        { ...report, ...row, kind: 'install_failed', install: null, look_in_ms: null },
      ]);
      gone += 1;
    }
    after = rows.at(-1)?.server_id ?? 0;
    if (rows.length < ROWS) return gone;
  }
}

async function listAllIds(deps: AuditDeps): Promise<Set<number> | null> {
  const ids = new Set<number>();
  for (let page = 1; ; page += 1) {
    const list = await patiently(deps, () => deps.panel.listNewestServers(page));
    if (list === null) return null;
    for (const server of list.value.rows) ids.add(server.id);
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
