import fc from 'fast-check';
import type { RawComponent } from '../../sandbox/discord/component-schema.ts';
import { checkMessageComponents, textsOf, walk } from '../../sandbox/discord/components.ts';
import { alertMessage } from '../../src/bot/messages/alert-message.ts';
import { closePreview } from '../../src/bot/messages/confirm-message.ts';
import { inspectMessage } from '../../src/bot/messages/inspect-message.ts';
import { listMessage } from '../../src/bot/messages/list-message.ts';
import type { MessageBody } from '../../src/bot/messages/parts.ts';
import { purchaseMessage } from '../../src/bot/messages/purchase-message.ts';
import type { Purchase } from '../../src/orders/purchase.ts';
import { ALERTS } from '../../test/helpers/alert-states.ts';
import { entry, ID } from '../../test/helpers/purchase-rows.ts';
import { PURCHASES } from '../../test/helpers/purchase-states.ts';
import { type Property, property } from './property.ts';
import { CANARY, EMAIL, nasty } from './texts.ts';

const maybe = fc.option(nasty, { nil: null });
const detail = fc.option(
  nasty.map((text) => `${text} ${EMAIL} ${text}`),
  { nil: null },
);
/** Everything of a purchase that somebody else wrote. */
const foreign = fc.record({
  server_name: maybe,
  email: fc.option(
    fc.oneof(
      fc.constant(EMAIL),
      nasty.map((text) => `${text}@example.com`),
    ),
    { nil: null },
  ),
  site_email: fc.option(fc.constant(EMAIL), { nil: null }),
  plan_id: maybe,
  user_id: maybe,
  item_type: fc.oneof(fc.constant('game'), nasty),
  term: maybe,
  region: maybe,
  currency: maybe,
  amount_minor: fc.option(fc.integer(), { nil: null }),
  problem_detail: detail,
  failure_detail: detail,
  close_reason: detail,
  node_name: maybe,
  address: maybe,
  panel_identifier: maybe,
  subscription_id: maybe,
  payment_intent_id: maybe,
  retried_by: maybe,
});
const timeline = fc.array(fc.record({ detail, actor: maybe }), { maxLength: 20 });
const states = Object.values(PURCHASES).map(([, purchase]) => purchase);
const purchase: fc.Arbitrary<Purchase> = fc
  .record({ state: fc.constantFrom(...states), facts: foreign, timeline, plan: maybe })
  .map(({ state, facts, timeline: entries, plan }) => ({
    ...state,
    ...facts,
    plan: { name: plan },
    timeline: entries.map((one) => entry('attempt', 10, one)),
    attempts_made: state.attempts_made.map((one) => ({ ...one, detail: facts.failure_detail })),
  }));
const row = { id: 1, generation: 1, as_of: null };
const links = { panelUrl: 'https://panel.example.com' };

export const MESSAGES: Property[] = [
  property('the message of a purchase', 5, purchase, (p) => wrongIn(purchaseMessage(p, row, links))),
  property('a preview', 2, purchase, (p) => wrongIn(closePreview(p))),
  property('what Inspect shows', 3, fc.tuple(purchase, nasty), ([p, reason]) =>
    wrongIn(inspectMessage({ kind: 'purchase', purchase: p, panel: { kind: 'unknown', reason } }, links)),
  ),
  property('a list', 2, fc.array(purchase, { minLength: 1, maxLength: 10 }), (purchases) => {
    const named = purchases.map((p, index) => ({ ...p, id: `${ID.slice(0, -1)}${index}` }));
    const query = { filter: 'recent', customer: null, after: null, before: null } as const;
    return wrongIn(
      listMessage(query, { status: 'ok', customer: null, more: true, first: false, purchases: named }),
    );
  }),
  property(
    'an alert',
    3,
    fc.record({
      alert: fc.constantFrom(...Object.values(ALERTS)),
      purchases: fc.array(purchase, { maxLength: 5 }),
      detail,
      name: nasty,
    }),
    ({ alert, purchases, detail: said, name }) => {
      const called = { pings: [{ kind: 'role' as const, id: '42' }], why: null };
      const names = {
        acked_by: alert.acked_by === null ? null : name,
        close_reason: alert.close_reason === null ? null : `${name} ${EMAIL}`,
      };
      return wrongIn(
        alertMessage({ ...alert, ...names, detail: said, purchases }, row, { ...links, called }),
      );
    },
  ),
];

/** What Discord would refuse, and what a text of somebody else's got away with. */
function wrongIn(body: MessageBody): string[] {
  const all = body.components as unknown as RawComponent[];
  const every = walk(all);
  const texts = textsOf(all);
  const written = texts.join('').length;
  const open = texts.map((text) => text.replaceAll(/`[^`\n]*`/g, ''));
  const mentions = body.allowed_mentions;
  return [
    ...checkMessageComponents(all, true).map((issue) => JSON.stringify(issue)),
    ...(every.length > 40 ? [`${every.length} components`] : []),
    ...(written > 4_000 ? [`${written} characters`] : []),
    ...every
      .filter(({ custom_id: id }) => (id?.length ?? 0) > 100)
      .map(({ custom_id: id }) => `an id of ${id?.length}`),
    ...every.filter(({ url }) => url !== undefined && !isPlainUrl(url)).map(({ url }) => `the link ${url}`),
    ...(open.some((text) => text.includes(CANARY))
      ? [`not inert: ${open.find((text) => text.includes(CANARY))}`]
      : []),
    ...(open.some((text) => text.includes('`'))
      ? [`an open code: ${open.find((text) => text.includes('`'))}`]
      : []),
    ...(texts.some((text) => text.includes(EMAIL)) ? ['a whole e-mail'] : []),
    ...(mentions.parse.length > 0 || (mentions.users ?? []).length > 0 ? ['it may ping'] : []),
  ];
}

function isPlainUrl(url: string): boolean {
  return (
    url.length <= 512 &&
    /^https:\/\/(panel\.example\.com|dashboard\.stripe\.com)\//.test(url) &&
    !/[\s`<>]/.test(url)
  );
}
