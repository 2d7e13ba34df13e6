import type { FailureCode } from '../../src/orders/failures.ts';

/** What each recorded refusal means for an order: the recording's name, with `#moment` where it holds several answers. */
export const recordedFailures: Partial<Record<FailureCode, string[]>> = {
  // The panel's code says that it is the node, whatever the status: it mirrors the node's own.
  node_unreachable: [
    'delete-wings-500',
    'delete-wings-down',
    'ghost-server-during-hang#create',
    'servers-create-wings-401',
    'servers-create-wings-404',
    'servers-create-wings-422',
    'servers-create-wings-500',
    'servers-create-wings-502',
    'servers-create-wings-down',
    'servers-create-wings-hang',
    'servers-create-wings-hang-all',
    'servers-create-wings-reset',
    'suspend-wings-404',
    'suspend-wings-500',
    'suspend-wings-down',
  ],
  no_capacity: [
    'nodes-deployable-none',
    'servers-create-dedicated-no-alloc',
    'servers-create-no-viable-allocation',
    'servers-create-no-viable-location',
    'servers-create-no-viable-node',
  ],
  port_race: ['servers-create-alloc-taken'],

  panel_key_refused: ['auth-bad-key', 'auth-no-key', 'auth-right-id-wrong-secret'],
  panel_key_forbidden: [
    'auth-ip-blocked',
    'auth-none-perm',
    'auth-none-perm-bad-egg',
    'auth-read-only-suspend',
    'auth-read-only-write',
    'key-owner-not-admin',
  ],
  panel_two_factor: ['admin-2fa-required'],
  panel_maintenance: ['panel-maintenance-mode'],
  // A lost race and a lost database look the same; what a create left behind is looked up, whatever this says.
  panel_broken: [
    'panel-db-refuses',
    'panel-redis-down',
    'panel-redis-down-create',
    'race-deploy-one-allocation#0',
    'race-distinct-users-no-password#1',
    'race-explicit-same-allocation#1',
    'race-same-external-id#1',
    'race-user-external-id#1',
    'race-user-same-email#1',
  ],
  panel_rate_limited: [
    'rate-limited-429',
    'rate-limited-429-no-accept',
    'rate-limited-429-other-key-same-user',
  ],
  panel_html: ['no-accept-header-404', 'panel-maintenance-mode-no-accept'],
  panel_redirect: ['no-accept-400', 'no-accept-header-422', 'no-accept-no-key'],
  panel_wrong_url: ['method-not-allowed', 'servers-external-slash', 'unknown-route'],

  server_gone: [
    'delete-again-404',
    'ghost-server-during-hang#after',
    'servers-create-wings-down-then-get',
    'servers-external-404',
    'suspend-404',
  ],
  egg_missing: ['egg-404', 'egg-wrong-nest', 'servers-create-bad-egg'],
  panel_user_gone: ['servers-create-bad-user', 'users-external-404'],

  variable_refused: ['servers-create-bad-env', 'servers-create-missing-env'],
  image_refused: ['servers-create-bad-image'],
  create_unsure: ['ghost-server-during-hang#retry_during', 'servers-create-dup-external'],
  server_mismatch: ['patch-details-dup-external'],
  user_refused: [
    'user-patch-missing',
    'users-create-bad',
    'users-create-dup-all',
    'users-create-dup-email',
    'users-create-dup-external',
    'users-create-dup-username',
    'users-create-email-case',
  ],

  // Requests that Orderly never makes; were it to make one, it would be its own fault.
  bug: [
    'nodes-deployable-missing',
    'patch-build-omit-limits',
    'patch-build-partial',
    'patch-details-missing-name',
    'servers-create-alloc-missing',
    'servers-create-deploy-empty-object',
    'servers-create-deploy-no-locations',
    'servers-create-external-id-number',
    'servers-create-missing-all',
    'servers-create-no-environment',
    'user-delete-with-servers',
    'users-filter-unknown',
    'users-malformed-json',
  ],
};

/** Refusals that the client never reports as such: the record is not there, and its methods answer null. */
export const answeredAsNull = [
  'egg-404',
  'egg-wrong-nest',
  'ghost-server-during-hang#after',
  'servers-create-wings-down-then-get',
  'servers-external-404',
  'users-external-404',
];

/** What was asked at the moments of a recording that holds answers alone. */
export const askedAt: Record<string, string> = {
  'ghost-server-during-hang#after': 'GET /servers/external/sub_ghost',
  'ghost-server-during-hang#create': 'POST /servers',
  'ghost-server-during-hang#retry_during': 'POST /servers',
};
