import { expect, it } from 'vitest';
import { isMeantAsGame } from '../../src/orders/item-type.ts';
import { diagnose } from '../../src/runbook/diagnose.ts';
import { type Facts, known } from '../../src/runbook/facts.ts';
import {
  blind,
  endpoint,
  evidence,
  facts,
  made,
  orderOf,
  panelAway,
  plan,
  refusal,
  session,
  untold,
} from '../helpers/facts.ts';
import {
  failed,
  failing,
  incident,
  installing,
  NOW,
  paid,
  ready,
  waiting,
} from '../helpers/purchase-rows.ts';

const disabled = { ...endpoint, status: 'disabled' };
const refused = (...codes: (string | null)[]) =>
  known({ ...evidence, events: [], refusals: codes.map((code) => refusal(code)) });
const order = (p: typeof paid) => known(orderOf(p));
const young = { ...made, created: NOW / 1000 - 5 };

it.each<[string, Facts, string, string | null, string]>([
  // The first broken link wins.
  [
    'endpoint disabled, and the panel away',
    untold({ endpoints: known([disabled]), snapshot: panelAway() }),
    'webhook_not_called',
    'endpoint_disabled',
    'backfill',
  ],
  [
    'endpoint disabled, and deliveries refused',
    untold({ endpoints: known([disabled]), evidence: refused('secret_wrong') }),
    'webhook_not_called',
    'endpoint_disabled',
    'backfill',
  ],
  [
    'a refusal with a cause before a stranger’s call',
    untold({ evidence: refused(null, 'body_changed') }),
    'no_order',
    'body_changed',
    'backfill',
  ],
  [
    'a refusal from before the event is not why',
    untold({
      evidence: known({
        ...evidence,
        events: [],
        refusals: [refusal('secret_wrong', { until: NOW - 3_600_000 })],
      }),
    }),
    'webhook_not_called',
    'not_delivered',
    'backfill',
  ],
  [
    'deliveries of the other mode are not this one',
    untold({ evidence: refused('secret_of_other_mode') }),
    'webhook_not_called',
    'not_delivered',
    'backfill',
  ],
  [
    'what Stripe sent to nobody was not refused',
    untold({ event: known({ ...made, pending: false }), evidence: refused('secret_wrong') }),
    'webhook_not_called',
    'not_delivered',
    'backfill',
  ],
  [
    'no sign of Orderly',
    untold({ evidence: known({ ...evidence, events: [], sweep_until: NOW - 600_000 }) }),
    'webhook_not_called',
    'orderly_down',
    'backfill',
  ],
  [
    'a row that waits for money that Stripe has',
    facts({
      purchase: known(waiting),
      event: known({ ...made, type: 'checkout.session.async_payment_succeeded' }),
      endpoints: known([{ ...endpoint, enabled_events: ['checkout.session.completed'] }]),
    }),
    'webhook_not_called',
    'endpoint_events',
    'backfill',
  ],
  // What is wrong now counts for those that were not told.
  [
    'endpoint disabled after the order came',
    facts({ endpoints: known([disabled]) }),
    'under_way',
    null,
    'none',
  ],
  [
    'an endpoint of another version, not told',
    untold({ event: known(young), endpoints: known([{ ...endpoint, api_version: '2020-01-01' }]) }),
    'under_way',
    null,
    'none',
  ],
  [
    'of two endpoints one is refused, a moment ago',
    untold({
      event: known(young),
      endpoints: known([endpoint, { ...endpoint, id: 'we_2' }]),
      evidence: refused('secret_wrong'),
    }),
    'under_way',
    null,
    'none',
  ],
  [
    'Stripe no longer knows the session of a ready order',
    facts({ session: known(null), purchase: order(ready), server: blind() }),
    'healthy',
    null,
    'none',
  ],
  [
    'a cart that was left',
    untold({
      session: known({ ...session, status: 'expired', payment_status: 'unpaid' }),
      event: known(null),
    }),
    'under_way',
    null,
    'none',
  ],
  // What could not be asked never blames.
  [
    'Stripe and panel silent, order ready',
    facts({
      session: blind(),
      event: blind(),
      endpoints: blind(),
      snapshot: blind(),
      egg: blind(),
      server: blind(),
      owner: blind(),
      purchase: order(ready),
    }),
    'healthy',
    null,
    'none',
  ],
  ['endpoints could not be asked, not told', untold({ endpoints: blind() }), 'not_known', null, 'none'],
  [
    'the panel silent, order waiting',
    facts({ snapshot: blind(), egg: blind(), server: blind(), owner: blind() }),
    'under_way',
    null,
    'none',
  ],
  [
    'the database away',
    facts({ purchase: blind(), evidence: blind(), catalogue: blind() }),
    'not_known',
    'database_away',
    'none',
  ],
  [
    'the key may not list endpoints, delivery just slow',
    untold({
      event: known(young),
      endpoints: { ...blind<never>(), key: 'no_permission' } as Facts['endpoints'],
    }),
    'under_way',
    null,
    'none',
  ],
  // What the last try met is looked at again.
  [
    'overdue, and the panel away now',
    facts({ purchase: order(failed('overdue', null)), snapshot: panelAway() }),
    'provisioning_failed',
    'panel_unreachable',
    'retry',
  ],
  [
    'overdue, and nothing is broken now',
    facts({ purchase: order(failed('overdue', null)) }),
    'not_triggered',
    'overdue',
    'retry',
  ],
  [
    'a limit that outlasted the deadline',
    facts({
      purchase: order(failing('panel_rate_limited', null, { incident_id: 4, incident: incident('overdue') })),
    }),
    'not_triggered',
    'overdue',
    'retry',
  ],
  [
    'a limit that is just met',
    facts({ purchase: order(failing('panel_rate_limited', null)) }),
    'under_way',
    null,
    'none',
  ],
  [
    'full then, the panel away now',
    facts({ purchase: order(failed('no_capacity', null)), snapshot: panelAway() }),
    'provisioning_failed',
    'panel_unreachable',
    'retry',
  ],
  [
    'the panel was away then, its egg is gone now',
    facts({ purchase: order(failed('panel_unreachable', null)), egg: known(null) }),
    'provisioning_failed',
    'panel_unreachable',
    'retry',
  ],
  [
    'full, because no port can be read',
    facts({ purchase: order(failed('no_capacity', null)), snapshot: withoutPorts() }),
    'provisioning_failed',
    'panel_key_forbidden',
    'retry',
  ],
  [
    'an install that is watched anew, as it never finished',
    facts({
      purchase: order({ ...installing, install_since: NOW, install_late_since: NOW }),
      server: blind(),
    }),
    'under_way',
    null,
    'reinstall',
  ],
  [
    'an install that is watched',
    facts({ purchase: order(installing), server: blind() }),
    'under_way',
    null,
    'none',
  ],
  // Closed is over.
  [
    'rejected and closed',
    facts({ purchase: known({ ...paid, order_id: null, problem_code: 'missing_key', closed_at: NOW }) }),
    'healthy',
    null,
    'none',
  ],
  [
    'nobody takes it',
    facts({
      purchase: order({ ...paid, look_at: NOW - 600_000 }),
      evidence: known({ ...evidence, sweep_until: NOW - 600_000 }),
    }),
    'not_triggered',
    'no_worker',
    'none',
  ],
])('%s', (_, given, issue, cause, action) => {
  const { lines: _lines, ...told } = diagnose(given);
  expect(told).toMatchObject({ issue, cause, action });
});

it.each([
  ['panel_unreachable', 'What it met is gone: press Retry, or wait for the next try.'],
  ['plan_incomplete', 'What it met is mended: press Retry.'],
  // Reading can't show that these are gone.
  ['node_unreachable', 'Check Wings on that node; orders go on when it answers.'],
  ['panel_key_forbidden', expect.stringContaining('Give the key read and write')],
])('%s, when every link of the panel holds now: the next action is true', (code, next) => {
  expect(diagnose(facts({ purchase: order(failed(code, null)) })).next).toEqual(next);
});

it.each([
  ['gmae', true],
  ['games', true],
  ['game-server', true],
  ['Minecraft', true],
  ['addon', false],
  ['rank', false],
  ['donation', false],
  ['game', false],
])('item_type %s was meant as a game: %s', (itemType, isMeant) => {
  expect(isMeantAsGame(itemType, plan)).toBe(isMeant);
});

function withoutPorts(): Facts['snapshot'] {
  const { snapshot } = facts();
  if (snapshot.kind === 'unknown') return snapshot;
  return known({
    ...snapshot.value,
    nodes: snapshot.value.nodes.map((node) => ({ ...node, allocations: null })),
  });
}
