import { expect, it } from 'vitest';
import {
  diagnosisMessage,
  manySessions,
  noDiagnosisMessage,
} from '../../src/bot/messages/diagnosis-message.ts';
import type { PanelServer } from '../../src/panel/client.ts';
import { diagnose } from '../../src/runbook/diagnose.ts';
import { type Facts, known } from '../../src/runbook/facts.ts';
import type { IncidentRow } from '../../src/store/store.ts';
import { blind, endpoint, facts, orderOf, panelAway, untold } from '../helpers/facts.ts';
import { entry, failed, incidentRow, NOW, ready } from '../helpers/purchase-rows.ts';
import { expectSendable, rendered } from '../helpers/rendered.ts';

const links = { panelUrl: 'https://panel.example.com' };
const nasty = '@everyone ```x``` buyer@example.com <t:1:R>';

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

it('what is no verdict says what was searched, what could not be, and why it was not searched', () => {
  const nothing = { kind: 'nothing' as const, target: 'bo@example.com', searched: 'ids', blind: [nasty] };
  expect(rendered(noDiagnosisMessage(nothing))).toMatchSnapshot();
  expect(rendered(noDiagnosisMessage({ kind: 'refused', reason: 'no wildcards' }))).toMatchSnapshot();
  expect(rendered(manySessions([{ id: 'cs_1', created: 1 }]))).toMatchSnapshot();
});
