import { expect, it } from 'vitest';
import type { BotDeps } from '../../src/bot/deps.ts';
import { listId, readListId } from '../../src/bot/messages/list-id.ts';
import { listMessage, pickMessage } from '../../src/bot/messages/list-message.ts';
import { statsMessage } from '../../src/bot/messages/stats-message.ts';
import { inspectMenu } from '../../src/commands/inspect.ts';
import type { ListFilter, ListQuery, Stats } from '../../src/store/store.ts';
import { failed, failing, ID, installing, NOW, paid, ready } from '../helpers/purchase-rows.ts';
import { expectSendable, rendered } from '../helpers/rendered.ts';

const query = (facts: Partial<ListQuery> = {}): ListQuery => ({
  filter: 'recent',
  customer: null,
  after: null,
  before: null,
  ...facts,
});
const ten = Array.from({ length: 10 }, (_, index) => ({ ...ready, id: `${ID.slice(0, -1)}${index}` }));

it('a page of a list is one line an order, a menu and buttons', () => {
  const purchases = [
    paid,
    failing('panel_hiccup', null),
    failed('egg_missing', 'egg 999'),
    installing,
    ready,
  ].map((one, index) => ({ ...one, id: `${ID.slice(0, -1)}${index}` }));
  const body = listMessage(query(), { status: 'ok', customer: null, more: true, first: true, purchases });
  expectSendable(body);
  expect(rendered(body)).toMatchSnapshot();
});

it.each<ListFilter>(['recent', 'failed', 'stuck', 'paused'])(
  'an empty list of "%s" says what that means',
  (filter) => {
    const body = listMessage(query({ filter }), {
      status: 'ok',
      customer: null,
      more: false,
      first: true,
      purchases: [],
    });
    expectSendable(body);
    expect(rendered(body)).toMatchSnapshot();
  },
);

it('ten orders with very long and nasty text fit into one message, to list and to pick from', () => {
  const nasty = ten.map((one) => ({
    ...one,
    server_name: `@everyone \`\`\` ${'🚀'.repeat(300)}`,
    site_email: `${'x'.repeat(300)}@example.com`,
    plan: { name: 'plan '.repeat(100) },
  }));
  const page = { status: 'ok', customer: ID, more: true, first: false, purchases: nasty } as const;
  expectSendable(listMessage(query({ filter: 'stuck', customer: ID, after: ID }), page));
  expectSendable(pickMessage('`x`', nasty));
});

it('a button of a list carries its page, within what Discord takes', () => {
  const page = query({ filter: 'failed', customer: ID, after: ID });
  const id = listId(page);
  expect(id?.length).toBeLessThanOrEqual(100);
  expect(readListId(id ?? '')).toEqual(page);
  expect(readListId(listId(query()) ?? '')).toEqual(query());
  const back = query({ customer: ID, before: ID });
  expect(listId(back)?.length).toBeLessThanOrEqual(100);
  expect(readListId(listId(back) ?? '')).toEqual(back);
  expect(listId(query({ customer: 'c'.repeat(50), after: 'a'.repeat(50) }))).toBeNull();
  for (const foreign of ['orders:all:-:-', 'retry:x:m1.1', 'orders:failed:-', ''])
    expect(readListId(foreign)).toBeNull();
});

const none: Stats = {
  status: 'ok',
  since: NOW - 86_400_000,
  purchases: 0,
  games: 0,
  ready: 0,
  closed: 0,
  failed: 0,
  p50_s: null,
  p95_s: null,
  causes: [],
  retries: 0,
  incidents: 0,
  open_incidents: 0,
  ack_p50_s: null,
  acked: 0,
  unacked: 0,
};

it.each<[string, Partial<Stats>]>([
  ['without a purchase', {}],
  [
    'of a bad day',
    {
      purchases: 1004,
      games: 1001,
      ready: 997,
      closed: 1,
      failed: 2,
      p50_s: 8.42,
      p95_s: 340,
      causes: [
        { code: 'panel_unreachable', orders: 40 },
        { code: 'no_capacity', orders: 3 },
      ],
      retries: 1,
      incidents: 2,
      open_incidents: 1,
    },
  ],
])('the numbers %s', (_, facts) => {
  const body = statsMessage({ ...none, ...facts }, 'The last 24 hours');
  expectSendable(body);
  expect(rendered(body)).toMatchSnapshot();
});

it("another bot's message is no order, whatever its buttons carry", async () => {
  const asked: string[] = [];
  const deps = {
    settings: () => ({ guildId: '9' }),
    report: async (target: string) => {
      asked.push(target);
      return { kind: 'refused', reason: 'a test' };
    },
  } as unknown as BotDeps;
  const { components } = listMessage(query(), {
    status: 'ok',
    customer: null,
    more: false,
    first: true,
    purchases: [],
  });
  const button = { type: 2, label: 'Inspect', custom_id: `inspect:${ID}:m1.1`, style: 2 } as const;
  const foreign = { isOurs: false, components: [...components, { type: 1 as const, components: [button] }] };
  expect(rendered(await inspectMenu.run(deps, foreign))).toContain('no message about an order');
  expect(asked).toEqual([]);
  await inspectMenu.run(deps, { ...foreign, isOurs: true });
  expect(asked).toEqual([ID]);
});
