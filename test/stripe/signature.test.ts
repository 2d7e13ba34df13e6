import Stripe from 'stripe';
import { expect, it } from 'vitest';
import { verifySignature } from '../../src/stripe/signature.ts';
import { fixtureText } from './support.ts';

const CURRENT = 'whsec_current';
const PREVIOUS = 'whsec_previous';
const SIGNED_AT = 1_793_520_000;
const payload = fixtureText('checkout-session-completed');

function sign(body: string, secret = CURRENT, timestamp = SIGNED_AT): string {
  return Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
}

function verify(change: Partial<Parameters<typeof verifySignature>[0]> = {}) {
  return verifySignature({
    rawBody: Buffer.from(payload),
    header: sign(payload),
    secrets: [CURRENT, PREVIOUS],
    nowMs: SIGNED_AT * 1000,
    ...change,
  });
}

function refused(reason: string) {
  return { kind: 'invalid', reason };
}

it('takes a body signed with the current secret and gives its parsed JSON', () => {
  expect(verify()).toEqual({ kind: 'valid', event: JSON.parse(payload) });
});

it('takes a body signed with the previous secret', () => {
  expect(verify({ header: sign(payload, PREVIOUS) }).kind).toBe('valid');
});

it('takes a header with two signatures when either secret is ours', () => {
  const second = sign(payload, PREVIOUS).split(',')[1];
  const header = `${sign(payload, 'whsec_new')},${second}`;
  expect(verify({ header, secrets: [PREVIOUS] }).kind).toBe('valid');
  expect(verify({ header, secrets: ['whsec_new'] }).kind).toBe('valid');
  expect(verify({ header, secrets: ['whsec_third'] })).toEqual(refused('no_match'));
});

it('ignores signatures of another scheme', () => {
  const header = `${sign(payload)},v0=${'0'.repeat(64)}`;
  expect(verify({ header }).kind).toBe('valid');
  expect(verify({ header: sign(payload).replace('v1=', 'v0=') })).toEqual(refused('malformed_header'));
});

it('judges the age by the clock that it is given', () => {
  expect(verify({ nowMs: (SIGNED_AT + 300) * 1000 }).kind).toBe('valid');
  expect(verify({ nowMs: (SIGNED_AT + 301) * 1000 })).toEqual(refused('too_old'));
  expect(verify({ nowMs: (SIGNED_AT + 61) * 1000, toleranceSeconds: 60 })).toEqual(refused('too_old'));
});

it('judges the age of a body signed with the previous secret too', () => {
  const header = sign(payload, PREVIOUS);
  expect(verify({ header, nowMs: (SIGNED_AT + 301) * 1000 })).toEqual(refused('too_old'));
});

it('takes a signature from the future, because it was made with our secret', () => {
  expect(verify({ nowMs: (SIGNED_AT - 900) * 1000 }).kind).toBe('valid');
});

it.each([0, -1, Number.NaN])('does not accept %s as a tolerance', (toleranceSeconds) => {
  expect(() => verify({ toleranceSeconds })).toThrow(RangeError);
});

it('refuses a body in which one byte was altered', () => {
  const rawBody = Buffer.from(payload);
  const place = rawBody.indexOf('minecraft');
  rawBody[place] = rawBody[place]! ^ 1;
  expect(verify({ rawBody })).toEqual(refused('no_match'));
});

it('refuses bytes that a lenient decoder would read as the signed text', () => {
  const text = '{"name":"\ufffd"}';
  const header = sign(text);
  expect(verify({ rawBody: Buffer.from(text), header }).kind).toBe('valid');
  expect(verify({ rawBody: Buffer.from('{"name":"\xff"}', 'latin1'), header })).toEqual(refused('no_match'));
  expect(verify({ rawBody: Buffer.from(`\ufeff${text}`), header })).toEqual(refused('no_match'));
});

it('refuses a call when no secret matches, or there is none', () => {
  expect(verify({ secrets: ['whsec_other'] })).toEqual(refused('no_match'));
  expect(verify({ secrets: [] })).toEqual(refused('no_match'));
  expect(verify({ secrets: ['', ' '] })).toEqual(refused('no_match'));
});

it.each([undefined, '', '  '])('says that the header is missing when it is %j', (header) => {
  expect(verify({ header })).toEqual(refused('no_header'));
});

it.each([
  'nonsense',
  't=1793520000',
  `v1=${'0'.repeat(64)}`,
  `t=soon,v1=${'0'.repeat(64)}`,
  't=1793520000,v1=short',
])('says that a header is malformed: %s', (header) => {
  expect(verify({ header })).toEqual(refused('malformed_header'));
});

it('tells JSON that is broken from a signature that is', () => {
  expect(verify({ rawBody: Buffer.from('{"a":'), header: sign('{"a":') })).toEqual(refused('not_json'));
  expect(verify({ rawBody: Buffer.alloc(0), header: sign('') })).toEqual(refused('no_match'));
});

it('names a thin notification once its signature is right', () => {
  const thin = fixtureText('thin-event-notification');
  expect(verify({ rawBody: Buffer.from(thin), header: sign(thin) })).toEqual(refused('thin'));
  expect(verify({ rawBody: Buffer.from(thin) })).toEqual(refused('no_match'));
});

it('never lets the payload, the header or a secret out with a refusal', () => {
  const refusals = [
    verify({ secrets: ['whsec_other'] }),
    verify({ nowMs: (SIGNED_AT + 9_999) * 1000 }),
    verify({ header: 'nonsense' }),
  ];
  for (const refusal of refusals) {
    expect(Object.keys(refusal)).toEqual(['kind', 'reason']);
    expect(JSON.stringify(refusal)).not.toMatch(/whsec|buyer@|nonsense|v1=/);
  }
});
