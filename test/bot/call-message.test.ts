import { expect, it } from 'vitest';
import { callMessage } from '../../src/bot/messages/call-message.ts';
import { logMessage, pagesOf, threadName } from '../../src/bot/messages/log-message.ts';
import { onCallMessage, shiftMessage } from '../../src/bot/messages/oncall-message.ts';
import { type Called, calledAt, targetsOf } from '../../src/bot/targets.ts';
import type { AlertCall, LogPage } from '../../src/store/store.ts';
import { alert, ID, incident, NOW } from '../helpers/purchase-rows.ts';
import { expectSendable, rendered } from '../helpers/rendered.ts';

const ROLES = { onCallRoleId: '42', escalationRoleId: '43', escalationUserId: '77' };
const row = { id: 5, generation: 1, as_of: null };
const second: Called = { pings: [{ kind: 'role', id: '43' }], why: null };

const call = (facts: Partial<AlertCall> = {}): AlertCall => ({
  ...{ number: 1, at: NOW - 1_000, reason: 'unanswered', level: 1, stands: true, alert: null },
  ...{ acked_by_id: null, acked_by: null, acked_at: null },
  incident: alert('panel_unreachable', 'GET /nodes → no_connection', { inside: 6, joined: 6 }),
  ...facts,
});
const before = { acked_by_id: '7', acked_by: 'Anna', acked_at: NOW - 1_800_000, level: 0 };
const inHand = { acked_by: 'Ben', acked_at: NOW - 20_000, acked_until: NOW + 1_780_000 };

const CALLS: Record<string, AlertCall> = {
  'that nobody answered': call(),
  'because an acknowledgement lapsed': call({ ...before, reason: 'lapsed' }),
  'because the orders doubled': call({ ...before, reason: 'doubled' }),
  'that somebody answered': call({ incident: { ...call().incident, ...inHand } }),
  'that is over': call({ incident: { ...call().incident, closed_at: NOW, close_reason: 'recovered' } }),
};

it.each(Object.entries(CALLS))('a call %s', (_, one) => {
  const body = callMessage(one, row, { panelUrl: 'https://panel.example.com', called: second });
  expect(
    callMessage(structuredClone(one), row, { panelUrl: 'https://panel.example.com', called: second }),
  ).toEqual(body);
  expectSendable(body);
  const pings = one.incident.closed_at === null && one.incident.acked_at === null;
  expect(body.allowed_mentions).toEqual(pings ? { parse: [], roles: ['43'] } : { parse: [] });
  expect(rendered(body)).toMatchSnapshot();
});

it('the person on call is called first, then the roles, then the person of last resort', () => {
  const steps = targetsOf({ on_call_id: '9' }, ROLES);
  expect(steps.map(({ id }) => id)).toEqual(['9', '42', '43', '77']);
  expect(targetsOf({ on_call_id: null }, ROLES).map(({ id }) => id)).toEqual(['42', '43', '77']);
  expect(calledAt(steps, 0, { 42: 'nobody has it' }, ['5']).pings).toEqual([{ kind: 'user', id: '9' }]);
});

it('where a role can not be pinged people are named beside it, and the message says why', () => {
  const steps = targetsOf({ on_call_id: null }, ROLES);
  const called = calledAt(steps, 0, { 42: 'it is not mentionable' }, ['5', '6']);
  const body = callMessage(call(), row, { panelUrl: 'https://panel.example.com', called });
  expect(body.allowed_mentions).toEqual({ parse: [], roles: ['42'], users: ['5', '6'] });
  expect(rendered(body)).toContain(
    "<@&42> can't be pinged: it is not mentionable, so these people are named",
  );
  expect(calledAt(steps, 0, { 42: 'nobody has it' }, []).why).toContain('nobody is named for that');
  expect(calledAt([], 0, {}, ['5'])).toEqual({
    pings: [{ kind: 'user', id: '5' }],
    why: 'No role is set to be pinged',
  });
});

it('nobody is named twice in what Discord is told to notify: it refuses that', () => {
  const ben = { kind: 'user' as const, id: '7' };
  const twice = { pings: [ben, ben, { kind: 'role' as const, id: '7' }], why: null };
  const body = callMessage(call(), row, { panelUrl: 'https://panel.example.com', called: twice });
  expect(body.allowed_mentions).toEqual({ parse: [], roles: ['7'], users: ['7'] });
});

const note = (seq: number, kind: string, facts: Partial<LogPage['notes'][number]> = {}) => ({
  ...{ seq, kind, at: NOW - 60_000 + seq * 1_000, detail: null, actor: null, purchase: null },
  ...facts,
});
const order = { id: ID, server_name: '@everyone `x`', plan_id: 'minecraft-4gb' };
const page = (facts: Partial<LogPage> = {}): LogPage => ({
  ...{ page: 1, total: 11, thread_id: null, alert: null },
  incident: incident('panel_unreachable'),
  notes: [
    note(1, 'opened', { detail: 'GET /nodes → no_connection' }),
    note(2, 'joined', { purchase: order, detail: 'buyer@example.com' }),
    note(3, 'tried', { purchase: order, detail: 'panel_unreachable: GET /nodes' }),
    note(4, 'acknowledged', { actor: 'Anna' }),
    note(5, 'acknowledged', { actor: 'Ben', detail: 'Anna' }),
    note(6, 'called', { detail: 'lapsed' }),
    note(7, 'action', { actor: 'Anna', detail: 'retry', purchase: order }),
    note(8, 'action', { actor: 'Anna', detail: 'retry_incident' }),
    note(9, 'left', { purchase: order, detail: 'another cause' }),
    note(10, 'left', { detail: '12 orders: recovered' }),
    note(11, 'closed', { detail: 'recovered' }),
  ],
  ...facts,
});

it('a page of the log tells what happened, inert, and pings nobody', () => {
  const body = logMessage(page(), row);
  expectSendable(body);
  expect(body.allowed_mentions).toEqual({ parse: [] });
  expect(rendered(body)).toMatchSnapshot();
  const over = page({
    incident: { ...incident('panel_unreachable'), closed_at: NOW, close_reason: 'recovered' },
  });
  expect(rendered(logMessage(over, row))).toContain('🟢 **Over**');
  expect(threadName(page())).toBe('The panel does not answer · #4');
});

it('a log ends at fifty pages, and the last one says where the rest is', () => {
  expect([0, 1, 15, 16, 750, 9_999].map(pagesOf)).toEqual([1, 1, 1, 2, 50, 50]);
  const notes = Array.from({ length: 15 }, (_, at) =>
    note(736 + at, 'tried', {
      purchase: { ...order, server_name: '🚀'.repeat(300) },
      detail: 'x'.repeat(400),
    }),
  );
  const body = logMessage(page({ page: 50, total: 4_000, notes }), row);
  expectSendable(body);
  expect(rendered(body)).toContain('/inspect');
  expect(rendered(logMessage(page({ page: 49, total: 4_000, notes }), row))).not.toContain('/inspect');
});

it('who is on call is said to the one who asks, a change to all', () => {
  const shift = { since: NOW - 60_000, until: null, person_id: '7', person_name: 'Anna', by_name: 'Ben' };
  const done = { status: 'ok', outcome: 'on_call', detail: 'Anna', hint: null } as const;
  const bodies = [
    shiftMessage(null, '42'),
    shiftMessage({ ...shift, until: NOW }, '42'),
    onCallMessage({ ...done, by: 'Ben', at: new Date(NOW).toISOString() }, { name: 'Ben' }, '7'),
    onCallMessage(done, { name: 'Anna' }, '7'),
    onCallMessage({ ...done, outcome: 'off_call' }, { name: 'Ben' }, null),
  ];
  for (const body of bodies) {
    expectSendable(body);
    expect(body.allowed_mentions).toEqual({ parse: [] });
  }
  expect(bodies.map(({ flags }) => (flags & 64) !== 0)).toEqual([true, true, false, false, false]);
  expect(bodies.map(rendered).join('\n')).toMatchSnapshot();
});
