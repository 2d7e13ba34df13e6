import { expect, it } from 'vitest';
import type { Attempt, Purchase } from '../../src/orders/purchase.ts';
import { type State, stateOf } from '../../src/orders/state.ts';

type Facts = Parameters<typeof stateOf>[0];

/** Paid a moment ago, and nobody has looked yet. */
const paid: Facts = {
  payment: 'paid',
  problem_code: null,
  order_id: 'order-1',
  item_type: 'game',
  closed_at: null,
  install: null,
  panel_server_id: null,
  failure_code: null,
  incident_id: null,
  provisioning_at: null,
  attempts_made: [],
  retried_at: null,
  failed_at: null,
  pause: null,
  look_at: null,
};

const tried = (ended_at: number | null): Attempt => ({
  id: 1,
  number: 1,
  started_at: 100,
  step: 'begun',
  ended_at,
  outcome: null,
  code: null,
  detail: null,
});
const created: Partial<Purchase> = { provisioning_at: 100, panel_server_id: 7, attempts_made: [tried(200)] };
const failed: Partial<Purchase> = {
  provisioning_at: 100,
  attempts_made: [tried(200)],
  failure_code: 'node_unreachable',
  failed_at: 200,
  incident_id: 4,
};

it.each<[string, Partial<Purchase>, State]>([
  ['complete but not yet paid', { payment: 'waiting', order_id: null }, 'waiting'],
  ['whose payment failed', { payment: 'failed' }, 'closed'],
  ['that expired', { payment: 'expired' }, 'closed'],
  ['paid', {}, 'paid'],
  ['that cannot become an order', { problem_code: 'unknown_plan', order_id: null }, 'rejected'],
  ['that is not a game', { item_type: 'merch' }, 'nothing_to_do'],
  ['that is not a game, and not yet an order', { item_type: 'merch', order_id: null }, 'paid'],
  ['being tried', { provisioning_at: 100, attempts_made: [tried(null)] }, 'provisioning'],
  [
    'between two tries, none of which failed',
    { provisioning_at: 100, attempts_made: [tried(200)] },
    'provisioning',
  ],
  ['whose try failed, with nobody called', { ...failed, incident_id: null }, 'retrying'],
  ['whose try failed, with staff called', failed, 'failed'],
  ['overdue: staff were called and nothing was tried', { incident_id: 4 }, 'failed'],
  [
    'being tried again after a failure',
    { ...failed, attempts_made: [tried(200), tried(null)] },
    'provisioning',
  ],
  ['for which staff pressed Retry', { ...failed, retried_at: 300 }, 'provisioning'],
  [
    'overdue, for which staff pressed Retry, with a try since that did not fail',
    { incident_id: 4, retried_at: 150, provisioning_at: 100, attempts_made: [tried(200)] },
    'provisioning',
  ],
  ['that failed again after Retry', { ...failed, retried_at: 150 }, 'failed'],
  ['whose server is made', { ...created, install: 'installing' }, 'installing'],
  ['whose server is made, with nothing known of the install', created, 'installing'],
  [
    'whose server cannot be looked at',
    { ...created, install: 'installing', failure_code: 'panel_unreachable' },
    'failed',
  ],
  ['whose server is ready', { ...created, install: 'ready' }, 'ready'],
  [
    'whose server is ready, after a failure',
    { ...created, install: 'ready', failure_code: 'no_capacity' },
    'ready',
  ],
  [
    'whose server was ready and is gone',
    { ...created, install: 'ready', failure_code: 'server_gone' },
    'failed',
  ],
  [
    'whose install failed',
    { ...created, install: 'failed', failure_code: 'install_failed' },
    'install_failed',
  ],
  ['whose install never finished', { ...created, install: 'never_finished' }, 'install_failed'],
  ['that was closed', { closed_at: 500 }, 'closed'],
])('a purchase %s is shown so', (_name, changes, state) => {
  expect(stateOf({ ...paid, ...changes })).toBe(state);
});

it('what is closed is closed, whatever else its rows say', () => {
  for (const changes of [
    failed,
    created,
    { problem_code: 'unknown_plan' },
    { payment: 'waiting' } as const,
  ]) {
    expect(stateOf({ ...paid, ...changes, closed_at: 500 })).toBe('closed');
  }
});

it('a paid purchase is never shown as waiting or closed before somebody closes it', () => {
  for (const changes of [failed, created, { problem_code: 'x' }, { item_type: null }, { order_id: null }]) {
    expect(['waiting', 'closed']).not.toContain(stateOf({ ...paid, ...changes }));
  }
});
