import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { alertMessage } from '../src/bot/messages/alert-message.ts';
import { linkButtons } from '../src/bot/messages/links.ts';
import { purchaseMessage } from '../src/bot/messages/purchase-message.ts';
import { readBought } from '../src/orders/metadata.ts';
import { toStore } from '../src/stripe/event-to-store.ts';
import { stripeEvent } from '../src/stripe/schemas.ts';
import { alert, paid } from './helpers/purchase-rows.ts';
import { rendered } from './helpers/rendered.ts';

const links = { panelUrl: 'https://panel.example.com' };
const row = { id: 1, generation: 1, as_of: null };
const fixture = JSON.parse(
  readFileSync(new URL('fixtures/stripe/checkout-session-completed.json', import.meta.url), 'utf8'),
);

it('a value of the metadata that is cut in the middle of a character stays one that the database takes', () => {
  expect(readBought({ region: `${'x'.repeat(499)}🚀` }).region?.isWellFormed()).toBe(true);
});

it('an event with NUL or half a character in a field is stored without it, and not refused for ever', () => {
  const event = structuredClone(fixture);
  event.data.object.customer_details.email = 'a\0b\ud800@example.com';
  event.data.object.id = 'cs_test_\0';
  const stored = toStore(stripeEvent.parse(event), JSON.stringify(event), false);
  expect(stored.session_id).toBe('cs_test_\ufffd');
  expect(stored.effect).toMatchObject({ facts: { email: 'a\ufffdb\ufffd@example.com' } });
});

it('an event whose session id is half a character is stored, under an id of its own', () => {
  const event = structuredClone(fixture);
  event.data.object.id = '\udc00';
  const stored = toStore(stripeEvent.parse(event), JSON.stringify(event), false);
  expect(stored).toMatchObject({ session_id: '\ufffd', effect: { kind: 'session' } });
});

it('an event of a time that is no date is no event, and does not fail the call', () => {
  expect(stripeEvent.safeParse({ ...fixture, created: 1e308 }).success).toBe(false);
  const strange = structuredClone(fixture);
  strange.data.object.created = -1e20;
  expect(toStore(stripeEvent.parse(strange), '{}', false).effect).toMatchObject({ kind: 'ask' });
});

it('what the site’s row has in place of a Stripe id is no link, for which Discord would refuse the message', () => {
  const nasty = { ...paid, subscription_id: `sub\`x ${'y'.repeat(600)}`, payment_intent_id: '../login' };
  expect(linkButtons(nasty, links)).toEqual([]);
  expect(linkButtons(paid, links)).toHaveLength(1);
});

it('an e-mail in a reason that staff typed is masked in public messages', () => {
  const reason = 'closed by Anna: buyer@example.com asked for it';
  const closed = purchaseMessage({ ...paid, closed_at: 1, close_reason: reason }, row, links);
  const over = alertMessage(alert('egg_missing', null, { closed_at: 1, close_reason: reason }), row, {
    ...links,
    called: { pings: [], why: null },
  });
  for (const body of [closed, over]) {
    expect(rendered(body)).toContain('bu…@example.com');
    expect(rendered(body)).not.toContain('buyer@');
  }
});
