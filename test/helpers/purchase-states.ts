import type { Purchase } from '../../src/orders/purchase.ts';
import type { State } from '../../src/orders/state.ts';
import {
  attempt,
  entry,
  failed,
  failing,
  incident,
  installing,
  NOW,
  paid,
  provisioning,
  ready,
  waiting,
} from './purchase-rows.ts';

const NASTY = '@everyone <@&1> ```x``` **b** [a](http://b.example) \u202eevil\n# big';
const rejected = (code: string, detail: string): Purchase => ({
  ...paid,
  order_id: null,
  look_at: null,
  problem_code: code,
  problem_detail: detail,
});
const gone = {
  failure_code: 'server_gone',
  failure_detail: 'GET /servers/812 → 404',
  failed_at: NOW - 5_000,
};

const found = (detail: string): Purchase => ({
  ...ready,
  timeline: [entry('recovered', 20, { detail })],
});

/** A purchase in every state that it can be in, by what happened to it. */
export const PURCHASES: Record<string, [State, Purchase]> = {
  'that Stripe could not deliver': [
    'ready',
    found(
      'since 2026-11-21T09:30:00.000Z: we_1 is disabled: Stripe makes events and sends none to bo@example.com',
    ),
  ],
  'that Stripe could not deliver, found by an older version': ['ready', found('we answered 400: since when')],
  'that Stripe could not deliver since no time at all': ['ready', found('since lunch-Z: it is odd')],
  'complete, and not yet paid': ['waiting', waiting],
  'not paid in the end': [
    'closed',
    { ...waiting, payment: 'failed', close_reason: 'the payment failed', closed_at: NOW - 5_000 },
  ],
  'expired at the checkout': ['closed', { ...waiting, payment: 'expired' }],
  'of a plan that nobody sells': [
    'rejected',
    { ...rejected('unknown_plan', 'plan mc-99gb'), plan: null, plan_id: 'mc-99gb' },
  ],
  'of a region that is not there': ['rejected', rejected('unknown_region', 'region moon-1')],
  'of a term that the plan lacks': ['rejected', rejected('unknown_term', 'term weekly')],
  'lacking metadata': [
    'rejected',
    { ...rejected('metadata_missing', 'plan_id, region'), plan: null, plan_id: null, region: null },
  ],
  'lacking a region alone': ['rejected', rejected('missing_key', "the session's metadata lacks region")],
  'of the other Stripe mode': ['rejected', rejected('wrong_mode', 'a live event came here')],
  'completed by staff': [
    'provisioning',
    { ...provisioning, timeline: [entry('completed', 30, { actor: 'Anna', detail: 'region eu-west' })] },
  ],
  'refused by the database': [
    'rejected',
    rejected('order_refused', 'violates check constraint "orders_status_check"'),
  ],
  'of something else than a game': ['nothing_to_do', { ...paid, item_type: 'merch', look_at: null }],
  paid: ['paid', paid],
  'being made': ['provisioning', provisioning],
  'between two tries': [
    'provisioning',
    {
      ...provisioning,
      look_at: NOW + 9_000,
      attempts_made: [attempt({ ended_at: NOW - 9_000, outcome: 'lost' })],
    },
  ],
  'to be tried again by itself': ['retrying', failing('panel_hiccup', 'POST /servers → 500')],
  'of which nobody knows yet whether it was made': [
    'retrying',
    failing('create_unsure', 'POST /servers → no answer', { create_sent_at: NOW - 40_000 }),
  ],
  'held back by a pause': [
    'paused',
    {
      ...paid,
      look_at: NOW + 3_000_000,
      pause: {
        id: 3,
        scope: 'region',
        subject: 'eu-west',
        reason: 'moving racks',
        started_by: 'Anna',
        until: NOW + 3_000_000,
      },
    },
  ],
  'failed for its plan': ['failed', failed('egg_missing', 'egg 999 of nest 1')],
  'parked while the panel is out': [
    'failed',
    failed('panel_unreachable', 'GET /nodes → no_connection', {
      incident: incident('panel_unreachable', { probe_at: NOW + 30_000 }),
    }),
  ],
  'failed, and tried again by itself': [
    'failed',
    failed('no_capacity', 'eu-west: 0 of 2 nodes', { look_at: NOW + 60_000 }),
  ],
  'past its deadline': ['failed', { ...failed('overdue', null), failure_code: null }],
  'retried by staff': [
    'provisioning',
    failed('egg_missing', 'egg 999', {
      retried_at: NOW - 1_000,
      retried_by: 'Anna',
      look_at: NOW,
      failed_at: NOW - 40_000,
    }),
  ],
  installing: ['installing', installing],
  'whose install failed': [
    'install_failed',
    {
      ...installing,
      install: 'failed',
      look_at: null,
      failure_code: 'install_failed',
      failed_at: NOW - 5_000,
      incident_id: 4,
    },
  ],
  'whose install never ended': [
    'install_failed',
    {
      ...installing,
      install: 'never_finished',
      look_at: null,
      failure_code: 'install_never_finished',
      failed_at: NOW - 5_000,
      incident_id: 4,
    },
  ],
  ready: ['ready', ready],
  'ready, and gone from the panel since': ['failed', { ...ready, ...gone }],
  'closed by staff': [
    'closed',
    { ...paid, look_at: null, closed_at: NOW - 5_000, close_reason: 'refunded by hand (Anna)' },
  ],
  'closed after it was ready': [
    'closed',
    { ...ready, closed_at: NOW - 5_000, close_reason: 'subscription cancelled' },
  ],
  'with a note, paid in test mode': [
    'ready',
    { ...ready, livemode: false, note: "Stripe's e-mail: the site has no such user." },
  ],
  'paid once, without subscription': [
    'ready',
    { ...ready, subscription_id: null, payment_intent_id: 'pi_3Q' },
  ],
  'with nasty text in everything': [
    'failed',
    failed('bug', NASTY, {
      server_name: NASTY,
      region: NASTY,
      term: NASTY,
      plan: { name: NASTY },
      email: `${NASTY}@x.example`,
      site_email: null,
      currency: 'zz`',
    }),
  ],
  'with very long text in everything': [
    'failed',
    failed('panel_key_forbidden', 'x'.repeat(5_000), {
      server_name: '🚀'.repeat(400),
      plan: { name: 'plan '.repeat(200) },
      region: 'region'.repeat(100),
      term: 'term'.repeat(100),
      node_name: 'node'.repeat(100),
      note: 'note '.repeat(1_000),
      site_email: `${'long'.repeat(60)}@example.com`,
    }),
  ],
};
