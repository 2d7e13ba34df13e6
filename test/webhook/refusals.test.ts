import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createClock } from '../../src/lib/clock.ts';
import { createUnkept, recordRefusal } from '../../src/webhook/refusals.ts';

const call = (reason: string) => ({ path: '/stripe-webhook', status: 503, reason });

/** A database that is away until it is told to work, and what it kept. */
function setUp() {
  let nowMs = 1_000_000;
  const unkept = createUnkept({ ...createClock(), now: () => nowMs });
  const kept: { reason: string; ago_ms?: number }[] = [];
  const works = { is: false, most: Number.POSITIVE_INFINITY };
  const store = {
    refuse: async (refusal: { reason: string; ago_ms?: number }) => {
      if (!works.is || kept.length >= works.most) throw new Error('away');
      kept.push(refusal);
      return { status: 'ok' as const };
    },
  };
  const limits = { keep: () => ({ kept: true, leftOut: 0 }) };
  const deps = { log: pino({ level: 'silent' }), store, unkept, limits };
  /** A delivery was stored: what waits is kept, to its end. */
  const keep = async () => {
    unkept.keep(deps);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { deps, unkept, kept, works, keep, pass };
}
const reasons = (kept: { reason: string }[]) => kept.map(({ reason }) => reason);

it('refusals of an outage are kept when it is over, each once and with its own time', async () => {
  const { deps, unkept, kept, works, pass, keep } = setUp();
  await recordRefusal(deps, call('first'));
  pass(60_000);
  unkept.add(call('second'));
  pass(30_000);
  works.is = true;
  await Promise.all([keep(), keep()]);
  expect(kept).toMatchObject([
    { reason: 'first', ago_ms: 90_000 },
    { reason: 'second', ago_ms: 30_000 },
  ]);
  await keep();
  expect(kept).toHaveLength(2);
});

it('of a long outage the newest fifty wait', async () => {
  const { unkept, kept, works, keep } = setUp();
  for (let count = 0; count < 70; count += 1) unkept.add(call(String(count)));
  works.is = true;
  await keep();
  expect(reasons(kept)).toEqual(Array.from({ length: 50 }, (_, place) => String(place + 20)));
});

it('a database that goes away again meanwhile loses none of them, and ends no process', async () => {
  const { unkept, kept, works, keep } = setUp();
  for (const reason of ['a', 'b', 'c']) unkept.add(call(reason));
  Object.assign(works, { is: true, most: 1 });
  await keep();
  expect(reasons(kept)).toEqual(['a']);
  unkept.add(call('d'));
  works.most = Number.POSITIVE_INFINITY;
  await keep();
  expect(reasons(kept)).toEqual(['a', 'b', 'c', 'd']);
});

it('a refusal that can be kept is, at once', async () => {
  const { deps, kept, works, keep } = setUp();
  works.is = true;
  await recordRefusal(deps, { ...call('bad'), code: 'body_changed' });
  await keep();
  expect(kept).toEqual([{ ...call('bad'), code: 'body_changed' }]);
});
