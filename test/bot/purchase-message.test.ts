import { expect, it } from 'vitest';
import { purchaseMessage } from '../../src/bot/messages/purchase-message.ts';
import type { Purchase } from '../../src/orders/purchase.ts';
import { type State, stateOf } from '../../src/orders/state.ts';
import { PURCHASES } from '../helpers/purchase-states.ts';
import { expectSendable, rendered } from '../helpers/rendered.ts';

const message = (p: Purchase) =>
  purchaseMessage(p, { id: 1, generation: 1, as_of: null }, { panelUrl: 'https://panel.example.com' });

it.each(Object.entries(PURCHASES))('a purchase %s', (_, [state, purchase]) => {
  const body = message(purchase);
  expect(stateOf(purchase)).toBe(state);
  expect(message(structuredClone(purchase))).toEqual(body);
  expectSendable(body);
  expect(body.allowed_mentions).toEqual({ parse: [] });
  expect(rendered(body)).toMatchSnapshot();
});

it('every state has a message here', () => {
  const states: Record<State, true> = {
    waiting: true,
    rejected: true,
    nothing_to_do: true,
    paid: true,
    provisioning: true,
    retrying: true,
    paused: true,
    failed: true,
    installing: true,
    install_failed: true,
    ready: true,
    closed: true,
  };
  const told = new Set(Object.values(PURCHASES).map(([state]) => state));
  expect([...told].toSorted()).toEqual(Object.keys(states).toSorted());
});
