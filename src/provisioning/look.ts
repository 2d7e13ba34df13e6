import { toError } from '../lib/failure.ts';
import { hadNoServer } from '../orders/stages.ts';
import type { Hint } from '../store/store.ts';
import type { ProvisioningDeps } from './deps.ts';
import { ensure } from './ensure.ts';
import type { Outcome } from './outcome.ts';
import { reportOf } from './report.ts';
import { resolveEvent } from './resolve-event.ts';
import { type Work, workOf } from './work.ts';

/**
 * Looks at what a hint names and moves it on. A hint may come late, twice, or for something long done: the lease and the rows
 * decide.
 *
 * @throws StoreError when the database can't be asked; the sweep comes back to it.
 */
export async function look(deps: ProvisioningDeps, hint: Pick<Hint, 'kind' | 'id'>): Promise<void> {
  if (hint.kind === 'event') return resolveEvent(deps, hint.id);
  const claim = await deps.store.claim(hint.id, deps.holder);
  if (claim.status !== 'claimed') return;
  const { purchase, token } = claim;
  const orderId = purchase.order_id;
  if (orderId === null) return;
  const log = deps.log.child({ purchase: purchase.id, order: orderId, attempt: purchase.attempts });
  const work = workOf(deps, claim, orderId);
  const outcome = await tryEnsure({ ...deps, log }, work);
  if (outcome.kind === 'stale') return log.warn('the lease went to another worker; nothing was written');
  log.info(
    { outcome: outcome.kind, code: 'failure' in outcome ? outcome.failure?.code : undefined },
    'looked',
  );
  const isCutOff = outcome.kind === 'failed' && deps.isDrained();
  const told = isCutOff ? HANDED_BACK : outcome;
  const { status } = await deps.store.finish(purchase.id, token, reportOf(deps, work.purchase, told));
  if (status === 'ok') observe(deps, work, told);
  if (isCutOff) await deps.hints.send({ ...hint, version: token, look_at: deps.clock.now() });
}

/** What was written down is told on, by the one that wrote it: so over all processes each is told of once. */
function observe(
  { observe: { attempt } }: ProvisioningDeps,
  { purchase, passed }: Work,
  outcome: Outcome,
): void {
  if (outcome.kind === 'ready' && purchase.ready_at === null) passed('ready');
  const isTry = purchase.panel_server_id === null && purchase.closed_at === null;
  if (isTry && (outcome.kind === 'failed' || outcome.kind === 'unsure')) attempt(outcome.failure.code);
  if (outcome.kind !== 'provisioned') return;
  if (isTry) attempt('ok');
  if (hadNoServer(purchase)) passed('provisioned');
}

/** For another worker, now; no try was made. */
const HANDED_BACK: Outcome & { kind: 'wait' } = { kind: 'wait', failure: null, lookInMs: 0 };

/** A bug in a look is a failure of the order like any other: kept, shown, with a reference; never a crash. */
async function tryEnsure(deps: ProvisioningDeps, work: Work): Promise<Outcome> {
  try {
    return await ensure(deps, work);
  } catch (thrown) {
    const error = toError(thrown);
    // The database can't be asked: nothing can be recorded now, and the lease runs out.
    if (error.name === 'StoreError') throw error;
    const reference = `${work.purchase.id.slice(0, 8)}-${work.token}`;
    deps.log.error({ err: error, reference }, 'a look failed in a way that is not known');
    return {
      kind: 'failed',
      failure: { code: 'bug', detail: `reference ${reference} in the log`, evidence: error.name },
    };
  }
}
