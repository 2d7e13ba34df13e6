import { expect, it } from 'vitest';
import {
  diagnosisMessage,
  manySessions,
  noDiagnosisMessage,
} from '../../src/bot/messages/diagnosis-message.ts';
import type { PanelServer } from '../../src/panel/client.ts';
import { diagnose } from '../../src/runbook/diagnose.ts';
import { type Facts, known } from '../../src/runbook/facts.ts';
import { blind, endpoint, facts, orderOf, panelAway, untold } from '../helpers/facts.ts';
import { entry, failed, ready } from '../helpers/purchase-rows.ts';
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
  const body = diagnosisMessage({ kind: 'diagnosis', facts: given, diagnosis: diagnose(given) }, links);
  expectSendable(body);
  expect(body.allowed_mentions).toEqual({ parse: [] });
  expect(rendered(body)).not.toContain('buyer@example.com');
  expect(rendered(body)).toMatchSnapshot();
});

it('what is no verdict says what was searched, what could not be, and why it was not searched', () => {
  const nothing = { kind: 'nothing' as const, target: 'bo@example.com', searched: 'ids', blind: [nasty] };
  expect(rendered(noDiagnosisMessage(nothing))).toMatchSnapshot();
  expect(rendered(noDiagnosisMessage({ kind: 'refused', reason: 'no wildcards' }))).toMatchSnapshot();
  expect(rendered(manySessions([{ id: 'cs_1', created: 1 }]))).toMatchSnapshot();
});
