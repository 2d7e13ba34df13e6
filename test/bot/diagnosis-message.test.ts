import { expect, it } from 'vitest';
import { dashboardPage } from '../../src/bot/messages/dashboard-page.ts';
import {
  diagnosisMessage,
  manySessions,
  noDiagnosisMessage,
} from '../../src/bot/messages/diagnosis-message.ts';
import type { FailureCode } from '../../src/orders/failures.ts';
import type { PanelServer } from '../../src/panel/client.ts';
import { diagnose } from '../../src/runbook/diagnose.ts';
import { type Facts, known } from '../../src/runbook/facts.ts';
import type { IncidentRow } from '../../src/store/store.ts';
import { blind, endpoint, facts, orderOf, panelAway, session, untold } from '../helpers/facts.ts';
import { entry, failed, incidentRow, installing, NOW, paid, ready } from '../helpers/purchase-rows.ts';
import { expectSendable, rendered } from '../helpers/rendered.ts';

const links = { panelUrl: 'https://panel.example.com' };
const nasty = '@everyone ```x``` buyer@example.com <t:1:R>';

const rejected = (code: string, more: object) => ({
  ...paid,
  ...{ order_id: null, look_at: null, problem_code: code, problem_detail: nasty, ...more },
});

const CASES: Record<string, Facts> = {
  'a purchase that is ready': facts({
    purchase: known(orderOf({ ...ready, timeline: [entry('ready', 10)] })),
    server: known({ id: 812, userId: 31, status: null, nodeName: 'fra-2' } as PanelServer),
  }),
  'a purchase that nobody was told of': untold({ endpoints: known([{ ...endpoint, status: 'disabled' }]) }),
  'an order whose panel is away': facts({
    purchase: known(orderOf(failed('panel_unreachable', 'GET /nodes → no_connection'))),
    snapshot: panelAway(),
  }),
  'a paid session without our metadata': facts({
    purchase: known(rejected('metadata_missing', { plan: null, plan_id: null, region: null })),
  }),
  'a paid session whose plan nobody sells': facts({
    purchase: known(rejected('unknown_plan', { plan: null, plan_id: 'mc-99gb' })),
  }),
  'an order whose install failed, while the endpoint is disabled': facts({
    purchase: known(orderOf({ ...installing, install: 'failed', failure_code: 'install_failed' })),
    endpoints: known([{ ...endpoint, status: 'disabled' }]),
    server: known({ id: 812, userId: 31, status: 'install_failed', nodeName: 'fra-2' } as PanelServer),
  }),
  'an order whose server is gone': facts({ purchase: known(orderOf(ready)), server: known(null) }),
  'an order that names a server of somebody else': facts({
    purchase: known(orderOf(failed('server_named_elsewhere', 'orders.pterodactyl_server_id is 4711'))),
  }),
  'an order while nothing can be asked': facts({ endpoints: blind(nasty), snapshot: blind(nasty) }),
};

it.each(Object.entries(CASES))('the verdict on %s', (_, given) => {
  const told = { kind: 'diagnosis' as const, facts: given, diagnosis: diagnose(given), sameAs: null };
  const body = diagnosisMessage(told, links);
  expectSendable(body);
  expect(body.allowed_mentions).toEqual({ parse: [] });
  expect(rendered(body)).not.toContain('buyer@example.com');
  expect(rendered(body)).toMatchSnapshot();
});

it('a verdict names the last incident of its cause, where it was and what helped', () => {
  const given = CASES['an order whose panel is away']!;
  const told = { kind: 'diagnosis' as const, facts: given, diagnosis: diagnose(given) };
  const said = (sameAs: IncidentRow) =>
    rendered(diagnosisMessage({ ...told, sameAs }, { ...links, guildId: '9' }))
      .split('\n')
      .find((row) => row.includes('🕘'));
  const note = { at: NOW, by: 'Ben', how: 'helped', note: `replaced the key ${nasty}` };
  expect(said(incidentRow({ nodes: ['fra-2'], fix: note }))).toMatchInlineSnapshot(
    `"│ 🕘 Same as [#3](https://discord.com/channels/9/101/202) <t:1795431600:R> on \`fra-2\`, fixed by \`Ben\`: \`replaced the key @everyone ˋˋˋxˋˋˋ bu…@example.com <t:1:R>\`"`,
  );
  expect(
    said(incidentRow({ place: null, fix: { ...note, how: 'retry', note: null } })),
  ).toMatchInlineSnapshot(`"│ 🕘 Same as #3 <t:1795431600:R>, retried by \`Ben\`"`);
  expect(said(incidentRow({ acked_by: 'Anna' }))).toMatchInlineSnapshot(
    `"│ 🕘 Same as [#3](https://discord.com/channels/9/101/202) <t:1795431600:R>, over by itself (\`recovered\`), \`Anna\` was on it"`,
  );
});

it.each(Object.entries(CASES))(
  'one ❌ at most is in the chain of %s, and it is the verdict’s',
  (_, given) => {
    const { cause, lines } = diagnose(given);
    const blamed = lines.filter(({ mark }) => mark === 'bad');
    expect(blamed.map((line) => line.cause)).toEqual(cause === null ? [] : [cause]);
  },
);

const atStripe = 'https://dashboard.stripe.com';
const atPanel = 'https://panel.example.com/admin';
it.each<[FailureCode, Partial<Facts>, string | null]>([
  ['endpoint_disabled', {}, `${atStripe}/webhooks/we_1`],
  [
    'endpoint_disabled',
    { session: known({ ...session, livemode: false }) },
    `${atStripe}/test/webhooks/we_1`,
  ],
  ['endpoint_missing', {}, `${atStripe}/webhooks`],
  ['secret_wrong', { endpoints: blind() }, `${atStripe}/webhooks`],
  ['not_delivered', {}, `${atStripe}/events/evt_1`],
  ['not_delivered', { event: known(null), evidence: blind() }, null],
  ['stripe_key', {}, `${atStripe}/apikeys`],
  ['panel_key_refused', {}, `${atPanel}/api`],
  ['panel_two_factor', {}, `${atPanel}/settings`],
  ['no_capacity', {}, `${atPanel}/nodes`],
  ['node_unreachable', { purchase: known({ ...paid, panel_node_id: 2 }) }, `${atPanel}/nodes/view/2`],
  ['node_unreachable', {}, `${atPanel}/nodes`],
  ['egg_missing', {}, `${atPanel}/nests`],
  ['variable_refused', {}, `${atPanel}/nests/egg/1`],
  ['user_conflict', {}, `${atPanel}/users`],
  ['server_mismatch', { server: known({ id: 900 } as PanelServer) }, `${atPanel}/servers/view/900`],
  ['bug', {}, null],
])('the page on which %s is mended', (cause, changes, url) => {
  const diagnosis = { ...diagnose(facts()), cause };
  const pages = dashboardPage(diagnosis, facts(changes), links);
  expect(pages.map((page) => 'url' in page && page.url)).toEqual(url === null ? [] : [url]);
});

it('what is no verdict says what was searched, what could not be, and why it was not searched', () => {
  const nothing = { kind: 'nothing' as const, target: 'bo@example.com', searched: 'ids', blind: [nasty] };
  expect(rendered(noDiagnosisMessage(nothing))).toMatchSnapshot();
  expect(rendered(noDiagnosisMessage({ kind: 'refused', reason: 'no wildcards' }))).toMatchSnapshot();
  expect(rendered(manySessions([{ id: 'cs_1', created: 1 }]))).toMatchSnapshot();
});
