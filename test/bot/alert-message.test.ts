import { expect, it } from 'vitest';
import { alertMessage } from '../../src/bot/messages/alert-message.ts';
import type { Called } from '../../src/bot/targets.ts';
import type { Alert } from '../../src/store/store.ts';
import { ALERTS } from '../helpers/alert-states.ts';
import { expectSendable, rendered } from '../helpers/rendered.ts';

const called: Called = { pings: [{ kind: 'role', id: '42' }], why: null };

it.each(Object.entries(ALERTS))('an alert %s', (_, row) => {
  const message = (one: Alert) =>
    alertMessage(
      one,
      { id: 2, generation: 1, as_of: null },
      { panelUrl: 'https://panel.example.com', called },
    );
  const body = message(row);
  expect(message(structuredClone(row))).toEqual(body);
  expectSendable(body);
  const pings = row.severity === 'alert' && row.closed_at === null && row.acked_at === null;
  expect(body.allowed_mentions).toEqual(pings ? { parse: [], roles: ['42'] } : { parse: [] });
  expect(rendered(body)).toMatchSnapshot();
});
