import { describe, expect, it } from 'vitest';
import { FAILURES, type FailureClass, type FailureCode, failureKind } from '../../src/orders/failures.ts';
import { decideRetry, fingerprintOf } from '../../src/orders/retry.ts';

const failure = (code: FailureCode, changes = {}) => ({ code, detail: 'why', ...changes });
const codes = Object.keys(FAILURES) as FailureCode[];
const codesOf = (wanted: FailureClass) => codes.filter((code) => failureKind(code).class === wanted);

/** One code of each class that is tried again, with its waits in milliseconds before jitter, from the first try on. */
const waits: [FailureClass, FailureCode, number[]][] = [
  ['transient', 'port_race', [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]],
  ['unsure', 'create_unsure', [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]],
  ['outage', 'panel_unreachable', [4_000, 8_000, 16_000, 32_000, 60_000, 60_000]],
  ['capacity', 'no_capacity', [15_000, 30_000, 60_000, 120_000, 120_000]],
];

describe('when to look again', () => {
  it.each(waits)('%s (%s): each wait is twice the last, up to its cap', (_class, code, expected) => {
    const found = expected.map((_ms, index) => decideRetry(failure(code), index + 1, 0).lookInMs);
    expect(found).toEqual(expected);
  });

  it.each(waits)('%s (%s): up to half of the wait is jitter, and no more', (_class, code, expected) => {
    for (const [index, ms] of expected.entries()) {
      const looks = [0, 0.25, 0.5, 1].map((random) => decideRetry(failure(code), index + 1, random).lookInMs);
      expect(looks).toEqual([ms, ms * 0.875, ms * 0.75, ms / 2]);
    }
  });

  it.each(waits)('%s (%s): however often it was tried, and if it never was', (_class, code, expected) => {
    expect(decideRetry(failure(code), 1_000_000, 0).lookInMs).toBe(expected.at(-1));
    expect(decideRetry(failure(code), 0, 0).lookInMs).toBe(expected[0]);
    expect(decideRetry(failure(code), -1, 0).lookInMs).toBe(expected[0]);
  });

  it('not before the panel said, and not later than planned because it said so', () => {
    const limited = (retryAfterMs: number) => failure('panel_rate_limited', { retryAfterMs });
    expect(decideRetry(limited(54_000), 1, 1).lookInMs).toBe(54_000);
    expect(decideRetry(limited(200_000), 9, 0.5).lookInMs).toBe(200_000);
    expect(decideRetry(limited(10), 3, 0).lookInMs).toBe(8_000);
  });

  it('after five minutes at the latest, if the panel asks for a day', () => {
    const day = failure('panel_rate_limited', { retryAfterMs: 86_400_000 });
    expect(decideRetry(day, 1, 0).lookInMs).toBe(300_000);
  });

  it.each([...codesOf('config'), ...codesOf('bug')])(
    'never by itself with %s: a person is called at once',
    (code) => {
      const retryAfterMs = 5_000;
      expect(decideRetry(failure(code, { retryAfterMs }), 1, 0.5)).toEqual({ lookInMs: null, alert: true });
    },
  );
});

describe('when a person has to know', () => {
  it.each([...codesOf('transient'), ...codesOf('unsure')])(
    '%s: the deadline decides, not the tries',
    (code) => {
      expect(decideRetry(failure(code), 1_000, 0.5).alert).toBe(false);
    },
  );

  it.each(codesOf('outage'))('%s: at the second try, since one blip wakes nobody', (code) => {
    expect([1, 2, 3].map((attempts) => decideRetry(failure(code), attempts, 0.5).alert)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it.each(codesOf('capacity'))('%s: at once, since room has to be made', (code) => {
    expect(decideRetry(failure(code), 1, 0.5).alert).toBe(true);
  });
});

const about = (order: string) => ({ purchaseId: order, planId: 'rust', region: 'eu-west' });

describe('what makes one incident', () => {
  it.each<[FailureCode, string]>([
    ['panel_unreachable', 'panel_unreachable:panel:'],
    ['stripe_key_lacks', 'stripe_key_lacks:deployment:'],
    ['no_capacity', 'no_capacity:region:eu-west'],
    ['egg_missing', 'egg_missing:plan:rust'],
  ])('%s of two orders is one', (code, fingerprint) => {
    expect(fingerprintOf(failure(code), about('a'))).toBe(fingerprint);
    expect(fingerprintOf(failure(code), about('b'))).toBe(fingerprint);
  });

  it('a node by its number, whichever order met it', () => {
    const met = (nodeId: number, order: string) =>
      fingerprintOf(failure('node_unreachable', { nodeId }), about(order));
    expect(met(3, 'a')).toBe(met(3, 'b'));
    expect(met(3, 'a')).not.toBe(met(4, 'a'));
  });

  it('what is about one order is one for each order', () => {
    const one = fingerprintOf(failure('user_conflict'), about('a'));
    expect(one).not.toBe(fingerprintOf(failure('user_conflict'), about('b')));
    expect(one).not.toBe(fingerprintOf(failure('user_refused'), about('a')));
  });

  it('a bug by its evidence', () => {
    const met = (evidence: string, order: string) =>
      fingerprintOf(failure('bug', { evidence }), about(order));
    expect(met('x', 'a')).toBe(met('x', 'b'));
    expect(met('x', 'a')).not.toBe(met('y', 'a'));
  });

  it('a code of an older version is a bug, not a crash', () => {
    expect(failureKind('toString')).toBe(FAILURES.bug);
    expect(failureKind('gone_since_v2')).toBe(FAILURES.bug);
  });
});
