import { assertNever, toError } from '../lib/failure.ts';
import { type Failure, failureKind } from '../orders/failures.ts';
import type { Order } from '../orders/purchase.ts';
import { decideRetry, fingerprintOf } from '../orders/retry.ts';
import type { Hint } from '../store/store.ts';
import type { ProvisioningDeps } from './deps.ts';
import { ensure } from './ensure.ts';
import type { Outcome } from './outcome.ts';
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
  const log = deps.log.child({ purchaseId: purchase.id, orderId, attempt: purchase.attempts });
  const work = workOf(deps, claim, orderId);
  const outcome = await tryEnsure({ ...deps, log }, work);
  if (outcome.kind === 'stale') return log.warn('the lease went to another worker; nothing was written');
  log.info(
    { outcome: outcome.kind, code: 'failure' in outcome ? outcome.failure.code : undefined },
    'looked',
  );
  await deps.store.finish(purchase.id, token, reportOf(deps, work.purchase, outcome));
}

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
    return { kind: 'failed', failure: { code: 'bug', detail: `reference ${reference} in the log` } };
  }
}

/** The outcome as the database function `orderly_finish` takes it. */
function reportOf(
  deps: ProvisioningDeps,
  order: Order,
  outcome: Exclude<Outcome, { kind: 'stale' }>,
): object {
  switch (outcome.kind) {
    case 'provisioned':
      return {
        kind: 'provisioned',
        how: outcome.how,
        detail: outcome.detail,
        server_id: outcome.server.id,
        identifier: outcome.server.identifier,
        panel_user_id: outcome.server.userId,
        panel_node_id: outcome.server.nodeId,
        node_name: outcome.server.nodeName,
        address: outcome.server.address,
        look_in_ms: deps.timings.installPollMs,
      };
    case 'installing':
      return { kind: 'installing', look_in_ms: deps.timings.installPollMs };
    case 'ready':
      return { kind: 'ready', address: outcome.server.address, look_in_ms: null };
    case 'install_failed':
      return {
        ...failureReport(order, outcome.failure),
        kind: 'install_failed',
        install: outcome.install,
        look_in_ms: null,
        alert: true,
      };
    case 'failed': {
      const decision = decideRetry(outcome.failure, order.attempts, deps.random());
      return {
        ...failureReport(order, outcome.failure),
        kind: 'failed',
        look_in_ms: decision.lookInMs,
        // A server that is there and can't be looked at any more is a person's to know.
        alert: decision.alert || order.panel_server_id !== null,
      };
    }
    case 'unsure':
      return { ...failureReport(order, outcome.failure), kind: 'unsure', look_in_ms: outcome.lookInMs };
    case 'gone':
    case 'nothing':
      return { kind: outcome.kind, look_in_ms: null };
    default:
      return assertNever(outcome);
  }
}

function failureReport(order: Order, failure: Failure): object {
  return {
    code: failure.code,
    detail: failure.detail,
    scope: failureKind(failure.code).scope,
    fingerprint: fingerprintOf(failure, {
      purchaseId: order.id,
      planId: order.plan_id,
      region: order.region,
    }),
  };
}
