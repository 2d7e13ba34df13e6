import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DiscordSimulator } from '../../sandbox/discord/index.ts';
import { rest, startFast } from './bot.ts';

const V2 = 1 << 15;
let discord: DiscordSimulator;
let path: string;

beforeAll(async () => {
  discord = await startFast(1, { limits: { perChannelRoute: { count: 100, perMs: 1000 } } });
  path = `/channels/${discord.channels.purchases}/messages`;
});
afterAll(() => discord.stop());

const text = (content: string) => ({ type: 10, content });
const button = (custom_id: string, label = 'Retry') => ({ type: 2, style: 1, custom_id, label });
const row = (...components: unknown[]) => ({ type: 1, components });
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

test.each([
  [
    'content beside components',
    { content: 'x', components: [text('a')] },
    'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
  ],
  [
    'embeds beside components',
    { embeds: [{ title: 'x' }], components: [text('a')] },
    'MESSAGE_CANNOT_USE_LEGACY_FIELDS',
  ],
  ['41 components', { components: many(41, () => text('a')) }, 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED'],
  [
    '41 components counted with the nested ones',
    { components: [{ type: 17, components: many(40, () => text('a')) }] },
    'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
  ],
  [
    '4,001 characters',
    { components: [text('a'.repeat(2001)), text('b'.repeat(2000))] },
    'TEXT_SIZE_EXCEEDED',
  ],
  ['one text that is too long', { components: [text('a'.repeat(4001))] }, 'BASE_TYPE_MAX_LENGTH'],
  ['an empty text', { components: [text('')] }, 'BASE_TYPE_MIN_LENGTH'],
  ['a custom id twice', { components: [row(button('a'), button('a'))] }, 'COMPONENT_CUSTOM_ID_DUPLICATED'],
  ['a custom id over 100', { components: [row(button('a'.repeat(101)))] }, 'BASE_TYPE_MAX_LENGTH'],
  ['a label over 80', { components: [row(button('a', 'l'.repeat(81)))] }, 'BASE_TYPE_MAX_LENGTH'],
  ['six buttons in a row', { components: [row(...many(6, (i) => button(`b${i}`)))] }, 'BASE_TYPE_BAD_LENGTH'],
  ['an empty row', { components: [row()] }, 'BASE_TYPE_BAD_LENGTH'],
  ['a button outside a row', { components: [button('a')] }, 'UNION_TYPE_CHOICES'],
  [
    'a container in a container',
    { components: [{ type: 17, components: [{ type: 17, components: [] }] }] },
    'UNION_TYPE_CHOICES',
  ],
  [
    'a section without accessory',
    { components: [{ type: 9, components: [text('a')] }] },
    'BASE_TYPE_REQUIRED',
  ],
  ['a link without url', { components: [row({ type: 2, style: 5, label: 'Open' })] }, 'BASE_TYPE_REQUIRED'],
  [
    'a link of another scheme',
    { components: [row({ type: 2, style: 5, label: 'x', url: 'javascript:x' })] },
    'URL_TYPE_INVALID_SCHEME',
  ],
])('refuses %s', async (_what, body, code) => {
  const reply = await rest(discord, 'POST', path, { ...body, flags: V2 });
  expect(reply).toMatchObject({ status: 400, body: { code: 50035, message: 'Invalid Form Body' } });
  expect(JSON.stringify(reply.body.errors)).toContain(code);
});

test('points at the place of an error', async () => {
  const components = [{ type: 17, components: [text('ok'), row(button('a', 'l'.repeat(81)))] }];
  const { body } = await rest(discord, 'POST', path, { components, flags: V2 });
  const at = {
    components: { 0: { components: { 1: { components: { 0: { label: { _errors: [{}] } } } } } } },
  };
  expect(body.errors).toMatchObject(at);
});

test('takes what is just inside the limits, and numbers the components', async () => {
  const section = { type: 9, components: [text('s')], accessory: button('in-section') };
  const buttons = many(5, (i) => button(`${i}${'c'.repeat(99)}`, 'l'.repeat(80)));
  const components = [
    { type: 17, accent_color: null, spoiler: false, components: [section, row(...buttons), { type: 14 }] },
  ];
  const full = await rest(discord, 'POST', path, {
    components: [...components, text('t'.repeat(3999))],
    flags: V2,
    colour: 1,
  });
  expect(full.status).toBe(200);
  const [message] = discord.messages(discord.channels.purchases);
  expect(message?.components[0]).toMatchObject({ id: 1, components: [{ id: 2 }, { id: 5 }, { id: 11 }] });
  expect(
    (await rest(discord, 'POST', path, { components: many(40, () => text('a')), flags: V2 })).status,
  ).toBe(200);
});

test('without the V2 flag only rows are components, and an empty message is refused', async () => {
  const v2 = await rest(discord, 'POST', path, { content: 'x', components: [text('a')] });
  expect(JSON.stringify(v2.body)).toContain('Value of field \\"type\\" must be one of (1).');
  expect(await rest(discord, 'POST', path, { content: '' })).toMatchObject({
    status: 400,
    body: { code: 50006 },
  });
  expect((await rest(discord, 'POST', path, { content: 'x'.repeat(2001) })).body).toMatchObject({
    code: 50035,
  });
});

test('the V2 flag can be added by an edit that clears the content, and never taken away', async () => {
  const { body } = await rest(discord, 'POST', path, { content: 'old' });
  const edit = (change: object) => rest(discord, 'PATCH', `${path}/${body.id}`, change);
  expect((await edit({ components: [text('new')], flags: V2 })).status).toBe(400);
  expect((await edit({ content: null, components: [text('new')], flags: V2 })).status).toBe(200);
  expect((await edit({ content: 'back', flags: 0 })).status).toBe(400);
});
