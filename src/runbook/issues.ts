import type { FailureCode } from '../orders/failures.ts';

/** The four classic issues of the runbook, and what is none. */
export type Issue =
  | 'webhook_not_called'
  | 'no_order'
  | 'not_triggered'
  | 'provisioning_failed'
  | 'healthy'
  | 'under_way'
  | 'not_known';

const of = (issue: Issue, codes: FailureCode[]) => codes.map((code) => [code, issue] as const);

/** Stripe called, and how we answered is what is wrong. */
const REFUSED: FailureCode[] = [
  'secret_wrong',
  'secret_of_other_mode',
  'body_changed',
  'clock_wrong',
  'thin_events',
  'not_stored',
  'signatures_failing',
];

/** Which issue of the runbook each cause belongs to; one that is not here is a warning, or belongs to the link where it was seen. */
const ISSUE_OF: ReadonlyMap<FailureCode, Issue> = new Map([
  ...of('webhook_not_called', [
    'endpoint_missing',
    'endpoint_disabled',
    'endpoint_url_changed',
    'endpoint_events',
    'orderly_down',
    'not_delivered',
  ]),
  ...of('no_order', [
    ...REFUSED,
    'event_refused',
    'metadata_missing',
    'missing_key',
    'bad_user_id',
    'not_subscription',
    'no_subscription',
    'wrong_mode',
    'unknown_plan',
    'unknown_region',
    'unknown_term',
    'order_refused',
    'order_row_missing',
  ]),
  ...of('not_triggered', ['no_worker', 'item_type_wrong', 'overdue']),
  ...of('not_known', ['database_away', 'stripe_key']),
  ...of('provisioning_failed', [
    'panel_unreachable',
    'panel_html',
    'panel_redirect',
    'panel_maintenance',
    'panel_broken',
    'panel_key_refused',
    'panel_key_forbidden',
    'panel_two_factor',
    'panel_strange',
    'panel_wrong_url',
    'stripe_key_lacks',
    'session_missing',
    'node_unreachable',
    'no_capacity',
    'no_nodes',
    'node_asked_unusable',
    'plan_missing',
    'plan_incomplete',
    'egg_missing',
    'variable_refused',
    'image_refused',
    'plan_refused',
    'user_without_email',
    'user_refused',
    'user_conflict',
    'server_mismatch',
    'server_named_elsewhere',
    'server_gone',
    'install_failed',
    'install_never_finished',
    'install_unknown',
  ]),
]);

/** @returns null for what is no cause of a purchase that does not go on. */
export function issueOfCause(cause: FailureCode): Issue | null {
  return ISSUE_OF.get(cause) ?? null;
}
