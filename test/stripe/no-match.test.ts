import { expect, it } from 'vitest';
import { whyNoMatch } from '../../src/stripe/no-match.ts';

const event = {
  id: 'evt_1',
  object: 'event',
  livemode: false,
  data: { object: { name: 'Zoë', list: [], none: {} } },
};
const asSent = (what: object) => Buffer.from(JSON.stringify(what, null, 2));

it.each([
  ['as Stripe writes it, of our mode', asSent(event), 'secret_wrong'],
  ['as Stripe writes it, of the other mode', asSent({ ...event, livemode: true }), 'secret_of_other_mode'],
  ['written in one line by a proxy', Buffer.from(JSON.stringify(event)), 'body_changed'],
  ['with a space after its end', Buffer.from(`${JSON.stringify(event, null, 2)} `), 'body_changed'],
  ['with a byte more', Buffer.from(`${JSON.stringify(event, null, 2)} }`), 'body_changed'],
  [
    'with other escapes for the same text',
    Buffer.from(JSON.stringify(event, null, 2).replace('ë', '\\u00eb')),
    'secret_wrong',
  ],
  ['no event at all', asSent({ hello: 'there' }), 'secret_wrong'],
  [
    'something of the other mode that is no event',
    asSent({ object: 'charge', livemode: true }),
    'secret_wrong',
  ],
  ['with another indentation', Buffer.from(JSON.stringify(event, null, 4)), 'body_changed'],
  ['indented with tabs', Buffer.from(JSON.stringify(event, null, '\t')), 'body_changed'],
  ['empty', Buffer.alloc(0), 'body_changed'],
])('a delivery that no secret of ours signed, %s', (_, body, why) => {
  expect(whyNoMatch(body, false)).toBe(why);
});
