import { assertNever } from '../lib/failure.ts';
import type { Failure, FailureCode } from '../orders/failures.ts';
import { isMissingRecord } from '../panel/fault.ts';
import type { PanelFault } from '../panel/types.ts';

/** What a failed call of the panel means for an order. The panel's own code decides first, then status, then field. */
export function failureOfPanel(fault: PanelFault, nodeId?: number): Failure {
  const code = codeOf(fault);
  const said = fault.detail === null ? '' : `: ${fault.detail}`;
  const what = fault.status ?? fault.kind;
  const failure: Failure = { code, detail: `${fault.request} → ${what}${said}` };
  if (code === 'bug') failure.evidence = evidenceOf(fault);
  if (nodeId !== undefined && code === 'node_unreachable') failure.nodeId = nodeId;
  if (fault.retryAfterMs !== null) failure.retryAfterMs = fault.retryAfterMs;
  return failure;
}

/** What was asked and refused, without ids: the same answer about another server is the same evidence. */
function evidenceOf({ request, status, kind, code, field, rule }: PanelFault): string {
  const asked = request.replaceAll(/(?<=\/external\/)[^/]+|(?<=\/)\d+(?=\/|$)/g, '…');
  return [asked, status ?? kind, code, field, rule]
    .filter((part) => part !== null)
    .join(' ')
    .slice(0, 200);
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
    case 'held':
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
  // Mirrors the node's own status, so it must be read before any status.
  if (fault.code === 'DaemonConnectionException') return 'node_unreachable';
  // A limit is a limit, whoever says it and in whatever form.
  if (fault.status === 429) return 'panel_rate_limited';
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
      return 'panel_strange';
    case 'held':
      return 'panel_busy';
    case 'error':
      return codeOfError(fault);
    default:
      return assertNever(fault.kind);
  }
}

function codeOfError(fault: PanelFault): FailureCode {
  if (fault.code === 'TwoFactorAuthRequiredException') return 'panel_two_factor';
  if (fault.code === 'NoViableNodeException' || fault.code === 'NoViableAllocationException')
    return 'no_capacity';
  switch (fault.status) {
    case 401:
      return 'panel_key_refused';
    case 403:
      return 'panel_key_forbidden';
    case 503:
      return 'panel_maintenance';
    case 404:
      return isMissingRecord(fault) ? codeOfMissing(fault.request) : 'panel_wrong_url';
    case 405:
      return 'panel_wrong_url';
    case 422:
      return codeOfField(fault);
    default:
      return (fault.status ?? 500) >= 500 ? 'panel_broken' : 'bug';
  }
}

/** A record that is not there, by what was asked for: `GET /servers/7`. A create asks for none. */
function codeOfMissing(request: string): FailureCode {
  if (/ \/servers\//.test(request)) return 'server_gone';
  if (/ \/users\//.test(request)) return 'panel_user_gone';
  if (/ \/nests\//.test(request)) return 'egg_missing';
  return 'bug';
}

/** A refused field. What the plan, the buyer or the panel's own rows decide is theirs; all else is a request that we made wrong. */
function codeOfField({ request, field, rule }: PanelFault): FailureCode {
  if (field === null) return 'bug';
  if (/ \/users\b/.test(request)) return USER_FIELDS.has(field) ? 'user_refused' : 'bug';
  if (field.startsWith('environment.')) return 'variable_refused';
  if (field === 'docker_image') return 'image_refused';
  if (/^(startup$|limits\.|feature_limits\.)/.test(field)) return 'plan_refused';
  if (field === 'external_id' && rule === 'unique') {
    // Something is there under this order: which, the next look tells. Only a create has a next look.
    return request === 'POST /servers' ? 'create_unsure' : 'server_mismatch';
  }
  return (rule === 'exists' ? ROWS_GONE[field] : undefined) ?? 'bug';
}

const USER_FIELDS = new Set(['email', 'username', 'external_id', 'first_name', 'last_name']);
/** Rows of the panel that a create names, and what it means when the panel no longer has them, or has given them away. */
const ROWS_GONE: Record<string, FailureCode> = {
  'allocation.default': 'port_race',
  egg: 'egg_missing',
  user: 'panel_user_gone',
};
