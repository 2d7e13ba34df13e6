import { assertNever } from '../lib/failure.ts';
import { type Failure, failureKind } from '../orders/failures.ts';
import type { Order } from '../orders/purchase.ts';
import { decideRetry, fingerprintOf } from '../orders/retry.ts';
import type { ProvisioningDeps } from './deps.ts';
import type { Outcome } from './outcome.ts';

type Deps = Pick<ProvisioningDeps, 'timings' | 'random'>;

/** How a look ended, as the database function `orderly_finish` takes it. */
export function reportOf(deps: Deps, order: Order, outcome: Exclude<Outcome, { kind: 'stale' }>): object {
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
    case 'failed':
      return failed(deps, order, outcome.failure);
    case 'unsure':
      return { ...failureReport(order, outcome.failure), kind: 'unsure', look_in_ms: outcome.lookInMs };
    case 'wait':
      return {
        kind: 'wait',
        code: outcome.failure?.code,
        detail: outcome.failure?.detail,
        look_in_ms: outcome.lookInMs,
        paused: outcome.paused ?? false,
        pause_id: outcome.pauseId,
      };
    case 'stopped':
      return { kind: 'stopped', reason: outcome.reason, look_in_ms: null };
    case 'reinstalling':
      return { kind: 'reinstalling', look_in_ms: deps.timings.installPollMs };
    case 'ready':
      return { kind: 'ready', address: outcome.server.address, look_in_ms: null };
    case 'nothing':
      // Due for the one that watches installs.
      return { kind: 'nothing', look_in_ms: 0 };
    case 'gone':
    case 'closed':
      return { kind: outcome.kind, look_in_ms: null };
    default:
      return assertNever(outcome);
  }
}

function failed(deps: Deps, order: Order, failure: Failure): object {
  const decision = decideRetry(failure, order.attempts, deps.random());
  const kind = failureKind(failure.code);
  return {
    ...failureReport(order, failure),
    kind: 'failed',
    look_in_ms: decision.lookInMs,
    // A server that is there and can't be looked at any more is a person's to know.
    alert: decision.alert || order.panel_server_id !== null,
    // One of an incident goes first, and the others wait for it.
    park: kind.class === 'outage' || kind.class === 'capacity',
  };
}

/** What incidents are made of. */
export function failureReport(
  about: { id: string; plan_id: string | null; region: string | null },
  failure: Failure,
): object {
  const kind = failureKind(failure.code);
  return {
    code: failure.code,
    detail: failure.detail,
    scope: kind.scope,
    class: kind.class,
    fingerprint: fingerprintOf(failure, {
      purchaseId: about.id,
      planId: about.plan_id,
      region: about.region,
    }),
  };
}
