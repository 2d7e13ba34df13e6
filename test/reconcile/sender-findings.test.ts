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
  [
    'there twice, one of them disabled and lacking all',
    [right, { ...right, id: 'we_2', status: 'disabled', enabled_events: [], api_version: null }],
    [],
  ],
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

it.each([
  ['https://orderly.example.com/hooks', true],
  ['https://shop.example.com/stripe/hook', true],
  ['https://shop.example.com/hook', false],
])('of endpoints that send elsewhere, the one to %s is named as the nearest: %s', (url, isNamed) => {
  const [found] = endpointFindings([{ ...right, url }], wanted);
  expect(found?.detail.includes(`the nearest is we_1 to ${url}`)).toBe(isNamed);
});

it('without PUBLIC_URL the path alone tells which endpoint is ours', () => {
  expect(endpointFindings([right], { ...wanted, publicUrl: null })).toEqual([]);
  expect(endpointFindings([{ ...right, url: `${right.url}/` }], { ...wanted, publicUrl: null })).toEqual([]);
  expect(
    endpointFindings([{ ...right, url: 'https://x.example/other' }], { ...wanted, publicUrl: null }),
  ).toHaveLength(1);
});

const steady: Deliveries = {
  now: NOW,
  firstEventAt: NOW - 30 * 24 * HOUR,
  lastEventAt: NOW - HOUR / 4,
  refusals: [],
  usualSince: 1,
};
const refusal = {
  reason: 'no signature matches',
  code: 'secret_wrong',
  httpStatus: 400,
  since: NOW,
  until: NOW,
  count: 1,
} as const;
const stranger = { ...refusal, reason: 'the header is missing', code: null };

it.each<[string, Partial<Deliveries>, string[]]>([
  ['come as usual', {}, []],
  [
    'are missing for more than four usual gaps',
    { lastEventAt: NOW - 1.1 * HOUR, usualSince: 4.4 },
    ['events_silent'],
  ],
  ['are missing for four usual gaps', { lastEventAt: NOW - HOUR, usualSince: 4 }, []],
  ['never come at this time of the day', { lastEventAt: NOW - 20 * HOUR, usualSince: 0 }, []],
  [
    'are missing, and the shop is new',
    { lastEventAt: NOW - 20 * HOUR, usualSince: 40, firstEventAt: NOW - 167 * HOUR },
    [],
  ],
  [
    'come so often that minutes of silence are nothing',
    { lastEventAt: NOW - 20 * 60_000, usualSince: 70 },
    [],
  ],
  ['never came at all', { firstEventAt: null, lastEventAt: null, usualSince: 0 }, []],
  ['are refused twice', { refusals: [{ ...refusal, count: 2 }] }, []],
  ['are refused three times in a row', { refusals: [{ ...refusal, count: 3 }] }, ['secret_wrong']],
  [
    "are refused, with strangers' calls among them",
    { refusals: [{ ...stranger, count: 90 }, refusal] },
    ['secret_wrong'],
  ],
  ['are refused, and nothing says why', { refusals: [{ ...stranger, count: 3 }] }, ['signatures_failing']],
  ['are thin once', { refusals: [{ ...refusal, code: 'thin_events' }] }, ['thin_events']],
  [
    'are thin once, and refused for something else more often',
    {
      refusals: [
        { ...refusal, count: 9 },
        { ...refusal, code: 'thin_events' },
      ],
    },
    ['thin_events'],
  ],
])('deliveries that %s', (_, given, expected) => {
  expect(deliveryFindings({ ...steady, ...given }).map(({ code }) => code)).toEqual(expected);
});

it('refusals in a row are told with their cause, their number and its share; a silence with what is usual', () => {
  const said = (given: Partial<Deliveries>) => deliveryFindings({ ...steady, ...given })[0]?.detail;
  expect(said({ refusals: [{ ...refusal, count: 3 }] })).toBe(
    '3 refused deliveries since the last good one: no signature matches',
  );
  expect(said({ refusals: [{ ...stranger, count: 5 }, refusal] })).toBe(
    '1 of 6 refused deliveries since the last good one: no signature matches',
  );
  expect(said({ refusals: [{ ...refusal, code: 'thin_events' }] })).toContain('1 refused delivery since');
  expect(said({ lastEventAt: NOW - 3 * HOUR, usualSince: 12.3 })).toBe(
    'no event for 3 hours, where 12 are usual at this time of the day',
  );
  expect(said({ lastEventAt: NOW - 0.75 * HOUR, usualSince: 9 })).toContain('no event for 45 minutes');
});

it('why a purchase was not delivered: what keeps it away now, else how we answered, else what the list lets follow', () => {
  const disabled = { code: 'endpoint_disabled', detail: 'we_1 is disabled' } as const;
  const version = { code: 'endpoint_version', detail: 'we_1 sends an old version' } as const;
  const lacking = (types: string) =>
    ({ code: 'endpoint_events', detail: `we_1 does not listen to ${types}` }) as const;
  const refused = { ...steady, refusals: [{ ...stranger, count: 9 }, refusal] };
  for (const as of ['undelivered', 'unheard'] as const) {
    expect(whyUndelivered([version, disabled], refused, as)).toBe('we_1 is disabled');
    expect(whyUndelivered([version], refused, as)).toBe('we answered 400: no signature matches');
    for (const code of ['endpoint_missing', 'endpoint_url_changed'] as const)
      expect(whyUndelivered([version, { code, detail: code }], refused, as)).toBe(code);
    const needed = lacking('charge.refunded, checkout.session.completed');
    expect(whyUndelivered([needed], steady, as)).toBe(needed.detail);
    // What is wrong beside it is not why.
    expect(whyUndelivered([version, lacking('charge.refunded')], steady, as)).not.toContain('we_1');
  }
  expect(whyUndelivered([], steady, 'undelivered')).toContain('Stripe tried and was not answered');
  expect(whyUndelivered([], steady, 'unheard')).toContain('Stripe sent it to nobody');
});
