import { expect, it } from 'vitest';
import type { RawComponent } from '../../sandbox/discord/component-schema.ts';
import { checkModalComponents } from '../../sandbox/discord/components.ts';
import { closePreview, linkPreview } from '../../src/bot/messages/confirm-message.ts';
import { customId, readCustomId, readSureId, sureId } from '../../src/bot/messages/custom-id.ts';
import { lastAction } from '../../src/bot/messages/last-action.ts';
import { sureModal } from '../../src/bot/messages/sure-modal.ts';
import { whatProvisionDoes, whyNot } from '../../src/orders/provision-preview.ts';
import type { PanelServer } from '../../src/panel/client.ts';
import {
  entry,
  failed,
  failing,
  ID,
  installing,
  NOW,
  paid,
  ready,
  waiting,
} from '../helpers/purchase-rows.ts';
import { expectSendable } from '../helpers/rendered.ts';

const gone = { ...ready, failure_code: 'server_gone' };
const broken = { ...installing, install: 'failed' as const };

it.each(['close', 'reinstall', 'again'] as const)(
  'Discord takes the form of "%s", whatever was bought',
  (action) => {
    const nasty = { ...gone, server_name: `@everyone \`\`\` ${'🚀'.repeat(300)}`, order_id: 'o'.repeat(60) };
    const modal = sureModal(action, nasty);
    expect(checkModalComponents(modal.components as unknown as RawComponent[], ['components'])).toEqual([]);
    expect(modal.title.length).toBeLessThanOrEqual(45);
    expect(modal.custom_id.length).toBeLessThanOrEqual(100);
    expect(readSureId(modal.custom_id)).toMatchObject({ action, subject: nasty.id });
  },
);

it('ids of buttons and forms carry all, within what Discord takes, and foreign ones are no ids', () => {
  const session = `cs_live_${'a'.repeat(58)}`;
  const id = customId('backfill', session, 'go');
  expect(id.length).toBeLessThanOrEqual(100);
  expect(readCustomId(id)).toEqual({ action: 'backfill', subject: session, rest: 'go' });
  expect(readCustomId(customId('provision', ID, '3'))).toEqual({
    action: 'provision',
    subject: ID,
    rest: '3',
  });
  const sure = { action: 'again', subject: ID, typed: ID.slice(0, 8) } as const;
  expect(readSureId(sureId(sure))).toEqual(sure);
  for (const foreign of ['sure:sell:x:y', 'sure:close:x', 'close:x:ask', ''])
    expect(readSureId(foreign)).toBeNull();
  for (const foreign of ['sell:x:y', 'sure:close:x:-', 'retry:x']) expect(readCustomId(foreign)).toBeNull();
});

it('previews are sendable with the longest and nastiest that anybody can type', () => {
  const nasty = {
    ...failed('egg_missing', 'x'),
    server_name: '`'.repeat(500),
    site_email: `${'x'.repeat(300)}@e.example`,
  };
  const server = {
    id: 812,
    name: '@everyone'.repeat(60),
    status: null,
    userId: 31,
    nodeName: 'n'.repeat(300),
    address: null,
  };
  expectSendable(closePreview(nasty));
  expectSendable(linkPreview(nasty, server as unknown as PanelServer));
});

const late = { ...installing, install_since: NOW, install_late_since: NOW };

it.each([
  ['a paid order', paid, 'creates'],
  ['one whose create may be out', { ...failing('create_unsure', null), create_sent_at: NOW }, 'finds_out'],
  ['one whose install failed', broken, 'reads_install'],
  ['one whose server is gone', gone, 'gone'],
  [
    'one that the catalogue lacked',
    { ...paid, order_id: null, problem_code: 'unknown_plan' },
    'decides_again',
  ],
  ['one that its session lacked', { ...paid, order_id: null, problem_code: 'missing_key' }, 'reread'],
  ['one under way', { ...paid, lease_until: NOW + 1 }, 'already_running'],
  ['one that is there', ready, 'already_provisioned'],
  ['one that installs', installing, 'installing'],
  ['one whose install is watched anew, as it never finished', late, 'reads_install'],
  ['one whose late install is to run again', { ...late, reinstall_at: NOW }, 'installing'],
  ['one that is not paid', waiting, 'not_paid'],
  ['one that is no game', { ...paid, item_type: 'voice' }, 'not_a_game'],
  ['one that is closed', { ...paid, closed_at: NOW }, 'closed'],
])('what /provision would do with %s', (_name, p, does) => {
  const found = whatProvisionDoes(p);
  expect(found.kind === 'nothing' ? found.outcome : found.kind).toBe(does);
});

it('a dead end is said before a form is opened', () => {
  expect(whyNot('reinstall', broken)).toBeNull();
  expect(whyNot('reinstall', ready)?.outcome).toBe('already_provisioned');
  expect(whyNot('reinstall', installing)?.outcome).toBe('installing');
  expect(whyNot('reinstall', late)).toBeNull();
  expect(whyNot('reinstall', { ...late, reinstall_at: NOW })?.outcome).toBe('installing');
  expect(whyNot('reinstall', paid)?.outcome).toBe('no_server');
  expect(whyNot('again', gone)).toBeNull();
  expect(whyNot('again', ready)?.outcome).toBe('not_gone');
  expect(whyNot('close', ready)).toBeNull();
  for (const action of ['close', 'again', 'reinstall'] as const)
    expect(whyNot(action, { ...gone, closed_at: NOW })?.outcome).toBe('closed');
});

it('the last that a person did is shown, not what the machine did, and whoever it was pings nobody', () => {
  const timeline = [
    entry('retry', 60, { actor: 'Ben' }),
    entry('linked', 30, { actor: '@everyone' }),
    entry('ready', 10),
  ];
  const row = { timeline, retried_by: 'Ben', retried_at: NOW - 60_000 };
  expect(lastAction(row)).toBe(`-# 🔗 Linked by \`@everyone\` <t:${(NOW - 30_000) / 1000}:R>`);
  expect(lastAction({ ...row, timeline: timeline.slice(0, 1) })).toContain('🔁 Retry by `Ben`');
  expect(lastAction({ ...row, timeline: [] })).toContain('🔁 Retry by `Ben`');
  expect(lastAction({ timeline: [entry('resumed', 5)], retried_by: null, retried_at: null })).toBeNull();
});
