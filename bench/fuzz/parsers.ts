import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { customId, readCustomId, readSureId } from '../../src/bot/messages/custom-id.ts';
import { inert, maskEmails, plain } from '../../src/bot/messages/inert.ts';
import { listId, readListId } from '../../src/bot/messages/list-id.ts';
import { readSetupId } from '../../src/bot/messages/setup-id.ts';
import { isOurs, metadataProblem, readBought } from '../../src/orders/metadata.ts';
import { cleanServerName } from '../../src/orders/server-name.ts';
import { readTarget } from '../../src/runbook/target.ts';
import { toStore } from '../../src/stripe/event-to-store.ts';
import { whyNoMatch } from '../../src/stripe/no-match.ts';
import { stripeEvent } from '../../src/stripe/schemas.ts';
import { verifySignature } from '../../src/stripe/signature.ts';
import { type Property, property } from './property.ts';
import { anyJson, CANARY, mutated, odd } from './texts.ts';

/** A checkout that was completed, as Stripe tells of it. */
export const fixture: unknown = JSON.parse(
  readFileSync(
    new URL('../../test/fixtures/stripe/checkout-session-completed.json', import.meta.url),
    'utf8',
  ),
);
const KEYS = [
  'user_id',
  'item_type',
  'plan_id',
  'term',
  'region',
  'server_name',
  '__proto__',
  'constructor',
  'other',
];
const metadata = fc.dictionary(
  fc.oneof(fc.constantFrom(...KEYS), odd),
  fc.oneof(odd, fc.constantFrom('game', 'monthly', '')),
  {
    maxKeys: 9,
  },
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f]/;

export const PARSERS: Property[] = [
  property('metadata', 20, metadata, (given) => {
    const bought = readBought(given);
    isOurs(given);
    metadataProblem(given);
    return Object.entries(bought).flatMap(([key, value]) => [
      // A letter may become two when it is made small.
      ...(value !== null && value.length > 1_500 ? [`${key} is ${value.length} long`] : []),
      ...(value !== null && CONTROL.test(value) ? [`${key} has a control character`] : []),
      ...(value !== null && !value.isWellFormed()
        ? [`${key} is not well-formed: the database can't take it`]
        : []),
    ]);
  }),
  property('a server name', 10, odd, (typed) => {
    const name = cleanServerName(typed);
    if (name === null) return [];
    return [
      ...(name.length > 180 ? [`${name.length} long`] : []),
      ...(CONTROL.test(name) || !name.isWellFormed() ? ['has what can not be shown'] : []),
      ...(cleanServerName(name) === name ? [] : ['changes when it is cleaned again']),
    ];
  }),
  property('an event', 15, fc.oneof(mutated(fixture), anyJson), (given) => {
    const event = stripeEvent.safeParse(given);
    if (!event.success) return [];
    const stored = toStore(event.data, JSON.stringify(given), false);
    return stringsOf(stored)
      .filter((text) => text.includes('\0') || !text.isWellFormed())
      .map((text) => `the database can't take ${JSON.stringify(text)}`);
  }),
  property(
    'a signature',
    10,
    fc.record({
      body: fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        odd.map((text) => new TextEncoder().encode(text)),
      ),
      header: fc.option(
        fc.oneof(
          odd,
          fc.tuple(odd, odd).map(([t, v]) => `t=${t},v1=${v}`),
          fc.constant(`t=1,v1=${'0'.repeat(64)}`),
        ),
        {
          nil: undefined,
        },
      ),
    }),
    ({ body, header }) => {
      const rawBody = Buffer.from(body);
      whyNoMatch(rawBody, true);
      const check = verifySignature({ rawBody, header, secrets: ['whsec_x', 'whsec_y'], nowMs: 1_000 });
      return check.kind === 'valid' ? ['a made-up signature is valid'] : [];
    },
  ),
  property('the id of a button, a form, a list or the settings', 15, fc.oneof(odd, nearId()), (id) => {
    readSureId(id);
    readSetupId(id);
    const button = readCustomId(id);
    const again = button && customId(button.action, button.subject, button.rest);
    const list = readListId(id);
    const listed = list && listId(list);
    return [
      ...(again !== null && again !== id ? [`the button is written as ${again}`] : []),
      ...(listed !== null && listed.length > 100 ? [`the list's id is ${listed.length} long`] : []),
    ];
  }),
  property('what is typed to be looked up', 10, odd, (typed) => {
    const target = readTarget(typed);
    return target.kind === 'target' && target.text.length > 254 ? ['it is too long'] : [];
  }),
  property('a text in a message', 10, fc.tuple(odd, fc.integer({ min: 1, max: 200 })), ([foreign, most]) => {
    const shown = inert(foreign, most);
    maskEmails(foreign);
    return [
      ...(/^`[^`\n]+`$/.test(shown) ? [] : ['it leaves its code']),
      ...([...shown].length > most + 2 ? [`it is ${[...shown].length} long`] : []),
      ...(plain(foreign, most).length > most || !plain(foreign, most).isWellFormed()
        ? ['as a label it is too long or broken']
        : []),
    ];
  }),
];

function nearId(): fc.Arbitrary<string> {
  const word = fc.constantFrom(
    'retry',
    'inspect',
    'ack',
    'sure',
    'orders',
    'setup',
    'close',
    'recent',
    'set',
    'page',
    '-',
    '<',
    CANARY,
  );
  return fc.array(fc.oneof(word, odd), { maxLength: 6 }).map((words) => words.join(':'));
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}
