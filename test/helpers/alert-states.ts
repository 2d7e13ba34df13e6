import type { Purchase } from '../../src/orders/purchase.ts';
import type { Alert } from '../../src/store/store.ts';
import {
  alert as alertOf,
  failed,
  failing,
  incident,
  incidentRow,
  NOW,
  paid,
  ready,
} from './purchase-rows.ts';

const PANEL_OUT = 'GET /nodes → no_connection';
const alert = (code: string, facts: Partial<Alert> = {}): Alert => alertOf(code, PANEL_OUT, facts);
const parked = failed('panel_unreachable', PANEL_OUT, {
  incident: incident('panel_unreachable', { probe_at: NOW + 30_000 }),
});
const four = ['Friday crew', 'Alpha', '@everyone', 'Omega'].map((server_name, index) => ({
  ...parked,
  id: `5f0c2a1e-4b7d-5c3e-9a10-0d9f8e7c6b5${index}`,
  server_name,
}));
const rejected = (code: string, facts: Partial<Purchase>): Purchase => ({
  ...paid,
  ...{ order_id: null, look_at: null, problem_code: code, incident_id: 4, incident: incident(code) },
  ...facts,
});
const over = { closed_at: NOW - 5_000, close_reason: 'recovered', inside: 0 };

const inHand = {
  ...{ acked_by_id: '7', acked_by: 'Anna', acked_at: NOW - 20_000, first_acked_at: NOW - 20_000 },
  acked_until: NOW + 1_780_000,
};
const drill = {
  ...{ purchases: [], joined: 0, inside: 0, detail: null, started_by: 'Emil', opened_at: NOW - 900_000 },
};

/** An alert of every kind, and in every hand. */
export const ALERTS: Record<string, Alert> = {
  'of one order that waits for a person': alert('egg_missing', {
    purchases: [failed('egg_missing', 'egg 999 of nest 1')],
  }),
  'of one order that is tried again by itself': alert('no_capacity', {
    purchases: [failing('no_capacity', 'eu-west: 0 of 2 nodes', { incident_id: 4 })],
  }),
  'of a paid session that names nothing of ours': alert('metadata_missing', {
    detail: 'the session has none of our keys in its metadata',
    purchases: [rejected('metadata_missing', { plan: null, plan_id: null, region: null, term: null })],
  }),
  'of a paid session whose plan nobody sells': alert('unknown_plan', {
    detail: 'no row in plans with id "mc-99gb"',
    purchases: [rejected('unknown_plan', { plan: null, plan_id: 'mc-99gb' })],
  }),
  'of a session of the other Stripe mode': alert('wrong_mode', { purchases: [rejected('wrong_mode', {})] }),
  'of many orders of an outage': alert('panel_unreachable', { joined: 12, inside: 12, purchases: four }),
  'of no order, about the deployment': alert('event_refused', { joined: 0, inside: 0, purchases: [] }),
  'of a late order that nobody tried': alert('overdue', {
    detail: 'no attempt has ended: the worker or its queue may be down',
    purchases: [failed('overdue', null, { attempts_made: [], failure_code: null })],
  }),
  'that only warns': alert('low_stock', {
    severity: 'warning',
    joined: 0,
    inside: 0,
    purchases: [],
    detail: 'minecraft-4gb in eu-west: 2 more',
  }),
  'about a closed purchase with a server': alert('stopped_with_server', {
    severity: 'warning',
    purchases: [{ ...ready, closed_at: NOW - 5_000, close_reason: 'refunded' }],
    detail: 'refunded',
  }),
  'that is over for its one order': alert('panel_unreachable', { ...over, recovered: 1, purchases: [ready] }),
  'that is over for many': alert('panel_unreachable', {
    ...over,
    joined: 12,
    recovered: 12,
    purchases: four,
  }),
  'that is over, with orders still going on': alert('panel_unreachable', {
    ...over,
    joined: 12,
    recovered: 9,
    given_up: 1,
    purchases: four,
  }),
  'that somebody is on': alert('panel_unreachable', inHand),
  'that was taken over': alert('panel_unreachable', {
    ...inHand,
    acked_by: 'Ben',
    acked_from: '@everyone `x`',
  }),
  'of a cause that came before': alert('panel_unreachable', {
    times: 3,
    last: incidentRow({ fix: { at: NOW - 86_400_000, by: 'Anna', how: 'retry', note: null } }),
  }),
  'of a cause that went by itself before': alert('panel_unreachable', {
    times: 2,
    last: incidentRow({ acked_by: 'Ben' }),
  }),
  'of a cause that somebody knew a remedy for': alert('panel_unreachable', {
    times: 2,
    last: incidentRow({
      fix: {
        at: NOW - 86_400_000,
        by: 'Ben',
        how: 'helped',
        note: 'replaced the key `x` of buyer@example.com',
      },
    }),
  }),
  'that is a drill': alert('drill', drill),
  'of a drill that somebody answered': alert('drill', {
    ...{ ...drill, ...inHand, closed_at: NOW, close_reason: 'acknowledged', level: 1 },
    acked_at: drill.opened_at + 342_000,
  }),
  'of a drill that nobody answered': alert('drill', {
    ...{ ...drill, closed_at: drill.opened_at + 900_000, close_reason: 'nobody', level: 2 },
  }),
  'with long and nasty text': alert('bug', {
    detail: `@everyone \`\`\` ${'x'.repeat(5_000)}`,
    purchases: [
      failed('bug', `@everyone buyer@example.com ${'y'.repeat(5_000)}`, { server_name: '🚀'.repeat(400) }),
    ],
  }),
};
