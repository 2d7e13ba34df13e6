import { expect, it } from 'vitest';
import type { RawComponent } from '../../sandbox/discord/component-schema.ts';
import { checkModalComponents, walk } from '../../sandbox/discord/components.ts';
import { completeModal } from '../../src/bot/messages/complete-modal.ts';
import { formId, readCustomId, readFormId, readSureId } from '../../src/bot/messages/custom-id.ts';
import { linkModal } from '../../src/bot/messages/link-modal.ts';
import { provisionMessage } from '../../src/bot/messages/provision-message.ts';
import { sureModal } from '../../src/bot/messages/sure-modal.ts';
import type { Completable } from '../../src/orders/completion.ts';
import { whyNot } from '../../src/orders/provision-preview.ts';
import type { Purchase } from '../../src/orders/purchase.ts';
import { ID, NOW, paid, ready, waiting } from '../helpers/purchase-rows.ts';
import { expectSendable, rendered } from '../helpers/rendered.ts';

const NASTY = `@everyone \`\`\` ${'🚀'.repeat(300)}`;
const MAIL = 'me@example.com';
const USER = '0b54a9a1-62c9-4a5d-9a0e-3c9d2f7c1b11';
const plan = (id: string, price: number | null = null, terms = ['monthly', 'yearly']) => ({
  ...{ id, name: id.toUpperCase(), terms, price },
});
const rejected = (code: string, changes: Partial<Purchase> = {}): Purchase => ({
  ...{ ...paid, order_id: null, look_at: null, problem_code: code, problem_detail: 'so it is' },
  ...changes,
});
const nothing = {
  ...{
    user_id: null,
    plan: null,
    plan_id: null,
    region: null,
    term: null,
    server_name: null,
    site_email: null,
  },
};
const given = (purchase: Purchase, changes: Partial<Completable> = {}): Completable => ({
  purchase,
  plans: [plan('among-us-1gb'), plan('minecraft-4gb', 749), plan('rust-16gb')],
  regions: ['eu-west', 'us-east'],
  userByEmail: null,
  ...changes,
});

const CASES: Record<string, Completable> = {
  'a session that says nothing': given(rejected('metadata_missing', nothing), { userByEmail: USER }),
  'a wrong plan': given(rejected('unknown_plan', { plan: null, plan_id: 'mc-99gb' })),
  'a user id that is no UUID': given(rejected('bad_user_id', { user_id: MAIL, site_email: null })),
  'a user that the site does not know': given(
    rejected('unknown_region', { region: 'mars', site_email: null }),
  ),
  'an add-on without its keys': given(
    rejected('missing_key', { ...nothing, item_type: 'addon', user_id: USER }),
  ),
  'more plans than a menu holds': given(rejected('unknown_plan', { plan: null, plan_id: 'mc-99gb' }), {
    plans: Array.from({ length: 26 }, (_, index) => plan(`plan-${index}`, index === 7 ? 749 : 100)),
  }),
  'plans without terms, and no region at all': given(rejected('missing_key', { term: null, region: null }), {
    plans: [plan('minecraft-4gb', null, [])],
    regions: [],
  }),
  'long and nasty text everywhere': given(
    rejected('missing_key', {
      ...{ ...nothing, user_id: NASTY, plan_id: MAIL, region: MAIL, term: MAIL, item_type: NASTY },
      ...{ server_name: NASTY, problem_detail: `${MAIL} ${NASTY}`, email: `${'x'.repeat(300)}@e.example` },
    }),
    { plans: [{ ...plan('a'), name: NASTY, terms: [NASTY, 'monthly'] }], regions: [NASTY, 'eu-west'] },
  ),
};

const raw = (modal: ReturnType<typeof completeModal>) => modal.components as unknown as RawComponent[];

function expectTaken(modal: ReturnType<typeof completeModal>): void {
  expect(checkModalComponents(raw(modal), ['components'])).toEqual([]);
  expect(raw(modal).length).toBeLessThanOrEqual(5);
  expect(modal.title.length).toBeLessThanOrEqual(45);
  expect(modal.custom_id.length).toBeLessThanOrEqual(100);
  for (const { options = [], value = '', max_length: max = 4_000 } of walk(raw(modal))) {
    expect(options.length).toBeLessThanOrEqual(25);
    for (const { label, value: id, description = '-' } of options)
      for (const text of [label, id, description])
        expect([text.length > 0, text.length <= 100]).toEqual([true, true]);
    expect(value.length).toBeLessThanOrEqual(max);
  }
}

/** The form as a person reads it. */
function drawn(modal: ReturnType<typeof completeModal>): string {
  return raw(modal)
    .map(({ content, label, description, component }) => {
      if (content) return content;
      const { options, value, required, custom_id: id } = component!;
      const chosen = options?.map(
        (one) => `${one.default ? '●' : '○'} ${one.value} (${one.label}: ${one.description ?? '-'})`,
      );
      const shown = chosen ?? [`[${value ?? ''}]`];
      return [`${label}${required ? ' *' : ''} (${id}) ${description ?? ''}`.trimEnd(), ...shown].join(
        '\n  ',
      );
    })
    .join('\n');
}

it.each(Object.entries(CASES))('the form for %s', (name, one) => {
  const modal = completeModal(one);
  expectTaken(modal);
  expect(readFormId(modal.custom_id)).toEqual({ form: 'complete', subject: ID });
  const text = drawn(modal);
  expect(text).not.toMatch(/buyer@example\.com|\bme@example\.com/);
  if (!name.includes('nasty')) expect(text).toMatchSnapshot();
});

it('Discord takes the forms of Not ours and Link, whatever was bought', () => {
  const nasty = rejected('metadata_missing', { ...nothing, server_name: NASTY });
  const products = Array.from({ length: 9 }, (_, index) => ({ id: `prod_${index}`, name: NASTY }));
  for (const sold of [null, products, products.slice(0, 1)]) expectTaken(sureModal('notours', nasty, sold));
  const modal = sureModal('notours', nasty, [{ id: 'prod_hoodie', name: 'Hoodie' }]);
  expect(JSON.stringify(modal)).toContain('`Hoodie (prod_hoodie)`');
  expect(readSureId(modal.custom_id)).toEqual({ action: 'notours', subject: ID, typed: ID.slice(0, 8) });
  const order = { ...paid.order!, id: ID, pterodactyl_server_id: '4711' } as Purchase['order'];
  expectTaken(linkModal({ ...paid, server_name: NASTY, order }));
  expect(drawn(linkModal({ ...paid, order }))).toContain('[4711]');
});

it('/provision of what could not become an order says how it can, and what is over has no button', () => {
  const link = { session: 'cs_1', reason: `lacks user_id ${MAIL}`, isPaid: false };
  const messages = [
    [
      'metadata_missing',
      provisionMessage({
        kind: 'unfit_session',
        ...link,
        completable: rejected('metadata_missing', nothing),
      }),
    ],
    [
      'missing_key',
      provisionMessage({ kind: 'unfit_session', ...link, completable: rejected('missing_key') }),
    ],
    ['never heard of', provisionMessage({ kind: 'unfit_session', ...link, completable: null, isPaid: true })],
    ['money went back', provisionMessage({ kind: 'unfit_session', ...link, completable: null })],
    [
      'unknown_plan',
      provisionMessage({
        ...{
          kind: 'purchase',
          purchase: rejected('unknown_plan', { plan: null }),
          does: { kind: 'decides_again' },
        },
        ...{ node: null, place: null },
      }),
    ],
  ] as const;
  for (const [name, body] of messages) {
    expectSendable(body);
    expect(rendered(body)).not.toContain(MAIL);
    expect(rendered(body)).toMatchSnapshot(name);
  }
});

it('ids of forms and their buttons carry all, and foreign ones are no ids', () => {
  expect(readFormId(formId({ form: 'linkto', subject: ID }))).toEqual({ form: 'linkto', subject: ID });
  for (const foreign of ['form:sell:x', 'form:complete:', 'form:complete:a:b', ''])
    expect(readFormId(foreign)).toBeNull();
  for (const action of ['complete', 'notours', 'linkto'])
    expect(readCustomId(`${action}:${ID}:m1.1`)).toMatchObject({ action, subject: ID });
});

it('a dead end is said before a form is opened', () => {
  const open = rejected('metadata_missing', nothing);
  for (const action of ['complete', 'notours'] as const) {
    expect(whyNot(action, open)).toBeNull();
    expect(whyNot(action, { ...open, closed_at: NOW })?.outcome).toBe('closed');
    expect(whyNot(action, paid)?.outcome).toBe('has_order');
    expect(whyNot(action, waiting)?.outcome).toBe('not_paid');
    expect(whyNot(action, rejected('wrong_mode'))?.outcome).toBe('still_rejected');
  }
  // It names a plan of ours.
  expect(whyNot('notours', rejected('missing_key', { region: null }))?.outcome).toBe('is_ours');
  expect(whyNot('complete', rejected('missing_key', { region: null }))).toBeNull();
  expect(whyNot('linkto', paid)).toBeNull();
  expect(whyNot('linkto', { ...ready, failure_code: 'server_gone' })).toBeNull();
  expect(whyNot('linkto', ready)?.outcome).toBe('has_server');
  expect(whyNot('linkto', open)?.outcome).toBe('no_order');
});
