import { assertNever } from '../lib/failure.ts';
import type { Failure, FailureCode } from '../orders/failures.ts';
import type { PanelFault } from '../panel/types.ts';

/** What a failed call of the panel means for an order. The panel's own code decides first, then status, then field. */
export function failureOfPanel(fault: PanelFault, nodeId?: number): Failure {
  const code = codeOf(fault);
  const said = fault.detail === null ? '' : `: ${fault.detail}`;
  const failure: Failure = { code, detail: `${fault.request} → ${fault.status ?? fault.kind}${said}` };
  if (nodeId !== undefined && code === 'node_unreachable') failure.nodeId = nodeId;
  if (fault.retryAfterMs !== null) failure.retryAfterMs = fault.retryAfterMs;
  return failure;
}

/**
 * Whether a create that ended so may have made a server all the same. Everything that is refused before the panel
 * writes its row is a sure no; a lost answer and any error of the panel's inside are not (the panel's 500 carries no cause,
 * and a race for one external id ends in one).
 */
export function mayHaveCreated(fault: PanelFault): boolean {
  switch (fault.kind) {
    case 'no_connection':
    case 'redirect':
      return false;
    case 'cut':
    case 'timeout':
    case 'html':
    case 'unexpected_shape':
      return true;
    case 'error':
      return (fault.status ?? 500) >= 500 && codeOf(fault) !== 'panel_maintenance';
    default:
      return assertNever(fault.kind);
  }
}

function codeOf(fault: PanelFault): FailureCode {
  switch (fault.kind) {
    case 'no_connection':
    case 'cut':
    case 'timeout':
      return 'panel_unreachable';
    case 'html':
      return 'panel_html';
    case 'redirect':
      return 'panel_redirect';
    case 'unexpected_shape':
      return 'bug';
    case 'error':
      return codeOfError(fault);
    default:
      return assertNever(fault.kind);
  }
}

function codeOfError(fault: PanelFault): FailureCode {
  // Mirrors the node's own status, so it must be read before any status.
  if (fault.code === 'DaemonConnectionException') return 'node_unreachable';
  if (fault.code === 'TwoFactorAuthRequiredException') return 'panel_two_factor';
  if (fault.code === 'NoViableNodeException' || fault.code === 'NoViableAllocationException')
    return 'no_capacity';
  switch (fault.status) {
    case 401:
      return 'panel_key_refused';
    case 403:
      return 'panel_key_forbidden';
    case 429:
      return 'panel_rate_limited';
    case 503:
      return 'panel_maintenance';
    case 404:
    case 405:
      return 'panel_wrong_url';
    case 422:
      return codeOfField(fault);
    default:
      return (fault.status ?? 500) >= 500 ? 'panel_broken' : 'create_refused';
  }
}

function codeOfField({ field }: PanelFault): FailureCode {
  if (field === null) return 'create_refused';
  if (field.startsWith('environment')) return 'variable_refused';
  if (field === 'docker_image') return 'image_refused';
  if (field === 'egg') return 'egg_missing';
  if (field.startsWith('allocation')) return 'port_race';
  if (field === 'startup' || field.startsWith('limits') || field.startsWith('feature_limits'))
    return 'plan_incomplete';
  if (field === 'email' || field === 'username') return 'user_refused';
  return 'create_refused';
}
