import { expect, it } from 'vitest';
import { inspectMessage } from '../../src/bot/messages/inspect-message.ts';
import type { Inspection, PanelView } from '../../src/runbook/inspect.ts';
import { attempt, entry, failed, ID, NOW, ready, waiting } from '../helpers/purchase-rows.ts';
import { expectSendable, rendered } from '../helpers/rendered.ts';

const server = {
  id: 812,
  userId: 31,
  status: null,
  nodeName: 'fra-2',
  address: 'fra-2.example.com:25565',
};
const there = { kind: 'server', server } as PanelView;
const LIVED = [
  entry('paid', 60),
  entry('order_created', 60),
  entry('attempt', 58, { actor: 'worker-1' }),
  entry('user', 57, { detail: 'known, 31' }),
  entry('placed', 56, { detail: 'fra-2, port 25565' }),
  entry('create_sent', 55),
  entry('created', 50, { detail: 'server 812' }),
  entry('ready', 10),
];

const CASES: Record<string, Inspection> = {
  'a ready purchase': { kind: 'purchase', purchase: { ...ready, timeline: LIVED }, panel: there },
  'a failed purchase, the panel away': {
    kind: 'purchase',
    purchase: failed('panel_unreachable', 'GET /nodes → no_connection', {
      timeline: [
        ...LIVED.slice(0, 3),
        entry('parked', 40, { detail: 'panel_unreachable' }),
        entry('retry', 20, { actor: 'Anna' }),
      ],
    }),
    panel: { kind: 'unknown', reason: 'no answer within 2 seconds' },
  },
  'a purchase that waits for its payment': {
    kind: 'purchase',
    purchase: { ...waiting, timeline: [entry('waiting', 70)] },
    panel: { kind: 'none' },
  },
  'a long life': {
    kind: 'purchase',
    purchase: failed('bug', 'z'.repeat(2_000), {
      server_name: '🚀'.repeat(400),
      user_id: 'u'.repeat(300),
      timeline: Array.from({ length: 60 }, (_, at) =>
        entry('attempt', 60 - at, { detail: '`@everyone` a@b.example '.repeat(30) }),
      ),
      attempts_made: Array.from({ length: 20 }, (_, at) =>
        attempt({ number: at + 1, ended_at: NOW, outcome: 'failed', code: 'bug', detail: 'x'.repeat(900) }),
      ),
    }),
    panel: there,
  },
  'an order from before Orderly': {
    kind: 'legacy',
    order: {
      id: ID,
      user_id: 'u',
      plan_id: 'minecraft-4gb',
      item_type: 'game',
      server_name: 'Old one',
      status: 'paid',
      stripe_sub_id: null,
      pterodactyl_server_id: null,
      created_at: NOW,
    },
    panel: { kind: 'none' },
  },
  'nothing that is known': { kind: 'unknown', target: '@everyone `x`' },
};

it.each(Object.entries(CASES))('Inspect of %s', (_, found) => {
  const body = inspectMessage(found, { panelUrl: 'https://panel.example.com' });
  expect(inspectMessage(structuredClone(found), { panelUrl: 'https://panel.example.com' })).toEqual(body);
  expectSendable(body);
  expect(rendered(body)).not.toMatch(/a@b\.example/);
  expect(rendered(body)).toMatchSnapshot();
});
