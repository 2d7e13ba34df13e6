import { expect, it } from 'vitest';
import {
  type Deliveries,
  deliveryFindings,
  endpointFindings,
  whyUndelivered,
} from '../../src/reconcile/sender-findings.ts';
import type { WebhookEndpoint } from '../../src/stripe/schemas.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-24T12:00:00Z');
const wanted = {
  publicUrl: 'https://orderly.example.com',
  apiVersion: '2026-10-28.endive',
  events: ['checkout.session.completed', 'charge.refunded'],
  knownEndpointId: null,
};
const right: WebhookEndpoint = {
  id: 'we_1',
  url: 'https://orderly.example.com/stripe-webhook',
  status: 'enabled',
  enabled_events: ['*'],
  livemode: true,
  api_version: '2026-10-28.endive',
};
const codes = (
  endpoints: WebhookEndpoint[],
  given: Partial<typeof wanted> | { knownEndpointId: string } = {},
) => endpointFindings(endpoints, { ...wanted, ...given }).map(({ code }) => code);

it.each<[string, WebhookEndpoint[], string[]]>([
  ['right', [right], []],
  ['right, with a slash at the end', [{ ...right, url: `${right.url}/` }], []],
  ['right, with exactly the events that are needed', [{ ...right, enabled_events: wanted.events }], []],
  ['missing', [], ['endpoint_missing']],
  ['of another address alone', [{ ...right, url: 'https://shop.example.com/hook' }], ['endpoint_missing']],
  ['disabled', [{ ...right, status: 'disabled' }], ['endpoint_disabled']],
  ['there twice', [right, { ...right, id: 'we_2' }], ['endpoint_twice']],
  ['there twice, one of them disabled', [right, { ...right, id: 'we_2', status: 'disabled' }], []],
  ['without an event type', [{ ...right, enabled_events: ['charge.refunded'] }], ['endpoint_events']],
  ['of another API version', [{ ...right, api_version: '2024-06-20' }], ['endpoint_version']],
  ["of the account's default version", [{ ...right, api_version: null }], ['endpoint_version']],
  [
    'disabled, and lacking events',
    [{ ...right, status: 'disabled', enabled_events: ['charge.refunded'] }],
    ['endpoint_disabled', 'endpoint_events'],
  ],
])('an endpoint that is %s', (_, endpoints, expected) => {
  expect(codes(endpoints)).toEqual(expected);
});

it('an endpoint that was right the last time and sends elsewhere now has another address, told by its id', () => {
  const moved = { ...right, url: 'https://orderly.example.com/stripe-webhok' };
  expect(codes([moved], { knownEndpointId: 'we_1' })).toEqual(['endpoint_url_changed']);
  expect(endpointFindings([moved], wanted)[0]?.detail).toContain(
    'the nearest is we_1 to https://orderly.example.com/stripe-webhok',
  );
});

it('without PUBLIC_URL the path alone tells which endpoint is ours', () => {
  expect(endpointFindings([right], { ...wanted, publicUrl: null })).toEqual([]);
  expect(
    endpointFindings([{ ...right, url: 'https://x.example/other' }], { ...wanted, publicUrl: null }),
  ).toHaveLength(1);
});

const steady: Deliveries = {
  now: NOW,
  firstEventAt: NOW - 30 * 24 * HOUR,
  lastEventAt: NOW - HOUR / 4,
  refusals: [],
  usualInThreeHours: 12,
};
const refusal = {
  reason: 'no signature matches',
  code: 'secret_wrong',
  httpStatus: 400,
  since: NOW,
  until: NOW,
} as const;

it.each<[string, Partial<Deliveries>, string[]]>([
  ['come as usual', {}, []],
  ['are missing for four times the usual gap', { lastEventAt: NOW - 1.1 * HOUR }, ['events_silent']],
  ['are missing for three times the usual gap', { lastEventAt: NOW - 0.75 * HOUR }, []],
  ['never come at this hour', { lastEventAt: NOW - 20 * HOUR, usualInThreeHours: 0 }, []],
  ['are few, and the shop is new', { lastEventAt: NOW - 20 * HOUR, firstEventAt: NOW - 48 * HOUR }, []],
  [
    'come so often that minutes of silence are nothing',
    { lastEventAt: NOW - 20 * 60_000, usualInThreeHours: 600 },
    [],
  ],
  ['are refused twice', { refusals: [{ ...refusal, count: 2 }] }, []],
  ['are refused three times in a row', { refusals: [{ ...refusal, count: 3 }] }, ['secret_wrong']],
])('deliveries that %s', (_, given, expected) => {
  expect(deliveryFindings({ ...steady, ...given }).map(({ code }) => code)).toEqual(expected);
});

it('why a purchase was not delivered: what is wrong now, else how we answered, else that nobody was there', () => {
  const finding = { code: 'endpoint_disabled', detail: 'we_1 is disabled' } as const;
  expect(whyUndelivered([finding], steady)).toBe('we_1 is disabled');
  expect(whyUndelivered([], { ...steady, refusals: [{ ...refusal, count: 1 }] })).toBe(
    'we answered 400: no signature matches',
  );
  expect(whyUndelivered([], steady)).toContain('could not be reached');
});
