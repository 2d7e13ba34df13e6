import { expect, it } from 'vitest';
import { checkMessage, testedMessage, uncheckedMessage } from '../../src/bot/messages/check-message.ts';
import { helpMessage } from '../../src/bot/messages/help-message.ts';
import {
  fieldId,
  openSetupId,
  PAGES,
  pageId,
  readSetupId,
  TEST_ID,
} from '../../src/bot/messages/setup-id.ts';
import { pageOf, setupMessage } from '../../src/bot/messages/setup-message.ts';
import { testMessage } from '../../src/bot/messages/test-message.ts';
import { type Field, NO_SETTINGS, type Settings } from '../../src/bot/settings.ts';
import type { Origin } from '../../src/bot/settings-holder.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { NOW } from '../helpers/purchase-rows.ts';
import { expectSendable, rendered } from '../helpers/rendered.ts';

const ID = (n: number) => `30000000000000000${n}`;
const FIELDS = Object.keys(NO_SETTINGS) as Field[];
const fresh: Settings = { ...NO_SETTINGS, guildId: ID(0) };
const full: Settings = {
  guildId: ID(0),
  channelId: ID(1),
  alertChannelId: ID(2),
  onCallRoleId: ID(3),
  escalationRoleId: ID(4),
  escalationUserId: ID(5),
  namedUserIds: [ID(6), ID(7)],
  viewRoleIds: [ID(8)],
  actRoleIds: [ID(3), ID(4)],
  adminRoleIds: [ID(9)],
};
const origins = (field: Field): Origin =>
  (({ channelId: 'environment', actRoleIds: 'environment', namedUserIds: null }) as Record<string, Origin>)[
    field
  ] ?? { by: 'Emil `@everyone`', at: NOW };

it.each(['channels', 'call', 'rights'] as const)(
  'the page "%s" of a new deployment, and of one that is set up',
  (page) => {
    const bodies = [setupMessage(page, fresh, () => null), setupMessage(page, full, origins)];
    bodies.forEach(expectSendable);
    expect(bodies.map(rendered).join('\n\n')).toMatchSnapshot();
  },
);

it('the longest lists and names still fit into a message', () => {
  const ten = Array.from({ length: 10 }, (_, n) => `3000000000000000${n + 10}`);
  const most = { ...full, namedUserIds: ten, viewRoleIds: ten, actRoleIds: ten, adminRoleIds: ten };
  const by = { by: '💥'.repeat(80), at: NOW };
  for (const page of ['channels', 'call', 'rights'] as const)
    expectSendable(setupMessage(page, most, () => by));
});

it('the check says the worst first, each with where to click, and makes names inert', () => {
  const body = checkMessage(
    [
      { level: 'good', about: { kind: 'channel', id: ID(1) }, says: 'Every permission is there.' },
      {
        level: 'warning',
        about: { kind: 'user', id: ID(5) },
        says: 'Not in the server.',
        click: 'Whom to call',
      },
      {
        level: 'bad',
        about: { kind: 'role', id: ID(3) },
        says: 'A ping of this role reaches nobody.',
        click: 'Roles → {} → ✅ Allow',
        name: "on-call` @everyone $' {}",
      },
    ],
    'https://discord.com/oauth2/authorize',
  );
  expectSendable(body);
  expect(rendered(body)).toMatchSnapshot();
  expectSendable(uncheckedMessage('x'.repeat(5_000)));
});

it('a check with everything wrong in two channels still fits into a message', () => {
  const one = {
    level: 'bad',
    about: { kind: 'channel', id: ID(1) },
    says: '**Read Message History** is missing: to find its own message again after a lost answer, so that none is posted twice; and to reply.',
    click: 'Edit Channel → Permissions → + → {} (the role) → ✅ Read Message History',
    name: 'x'.repeat(100),
  } as const;
  expectSendable(
    checkMessage(
      Array.from({ length: 30 }, () => one),
      'https://discord.com/oauth2/authorize',
    ),
  );
});

it('the test message, and what became of it', () => {
  const posted = testMessage({ id: 7, generation: 1 });
  expectSendable(posted);
  expect(posted.allowed_mentions).toEqual({ parse: [] });
  const told = testedMessage(
    [
      { channel_id: ID(1), message_id: ID(5), error: null },
      { channel_id: ID(2), message_id: null, error: 'Orderly may not write `here`' },
      { channel_id: ID(3), message_id: null, error: null },
    ],
    ID(0),
  );
  expectSendable(told);
  expect(`${rendered(posted)}\n\n${rendered(told)}`).toMatchSnapshot();
});

it('every part of /setup says in its id what it does, and every field is on one page', () => {
  for (const page of PAGES) expect(readSetupId(pageId(page))).toEqual({ does: 'page', page });
  for (const field of FIELDS) {
    expect(readSetupId(fieldId(field))).toEqual({ does: 'set', field });
    expect(rendered(setupMessage(pageOf(field), full, origins))).toContain(fieldId(field));
  }
  expect(readSetupId(TEST_ID)).toEqual({ does: 'test' });
  expect(readSetupId(openSetupId('m7.1'))).toEqual({ does: 'open' });
  for (const id of [
    'setup:set:guildId',
    'setup:page:',
    'setup:set:constructor',
    'retry:1:m1.1',
    'setup:other',
  ])
    expect(readSetupId(id)).toBeNull();
});

it('/help says who may what, also when nothing is chosen', () => {
  const facts = {
    commands: Object.values(COMMANDS).map(({ definition }) => definition),
    menus: ['Inspect order'],
  };
  const links = { applicationId: ID(1), panelUrl: 'https://panel.example' };
  const bodies = [fresh, full].map((settings) => helpMessage({ ...facts, ...links, settings }));
  bodies.forEach(expectSendable);
  expect(rendered(bodies[0]!)).toContain('May act as well: administrators of this Discord server.');
  expect(rendered(bodies[1]!)).toContain(`May look: <@&${ID(8)}>, <@&${ID(3)}>, <@&${ID(4)}>, <@&${ID(9)}>.`);
});
