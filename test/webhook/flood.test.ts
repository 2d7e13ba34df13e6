import { expect, it } from 'vitest';
import { createClock } from '../../src/lib/clock.ts';
import { createRefusalLimits } from '../../src/webhook/refusal-limits.ts';
import { TOKEN, useWebhook } from '../helpers/webhook.ts';

const webhook = useWebhook();

/** Runs so many calls, at most twenty at once, and counts their answers. */
async function answersOf(count: number, callOf: (index: number) => Promise<number>) {
  const statuses: Record<number, number> = {};
  let next = 0;
  const lane = async () => {
    while (next < count) {
      next += 1;
      const status = await callOf(next);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 20 }, lane));
  return statuses;
}

it('10,000 wrongly signed deliveries leave a bounded trace, and every right one between them, from the same address, is taken', async () => {
  const good: number[] = [];
  const bad = await answersOf(10_000, async (index) => {
    if (index % 50 === 0) good.push(await webhook.deliver());
    return webhook.inject('whsec_of_a_stranger_0123456789');
  });
  expect(good).toEqual(Array.from({ length: 200 }, () => 200));
  expect(webhook.seen.events).toBe(200);
  expect(bad[429]).toBeGreaterThan(9_000);
  expect((bad[400] ?? 0) + (bad[429] ?? 0)).toBe(10_000);
  const { refused, log } = webhook.seen;
  expect(refused.length).toBeGreaterThan(50);
  expect(refused.length).toBeLessThan(300);
  expect(log.filter((line) => line.includes('refused a request'))).toHaveLength(refused.length);
});

it('wrong tokens are answered and kept in the same way, and the right one is always taken', async () => {
  const before = webhook.seen.refused.length;
  const right: number[] = [];
  await answersOf(1_000, async (index) => {
    if (index % 25 === 0) right.push(await webhook.provision(TOKEN));
    return webhook.provision(`guess-${index}`);
  });
  expect(right).toEqual(Array.from({ length: 40 }, () => 404));
  expect(webhook.seen.orders).toBe(40);
  expect(webhook.seen.refused.length - before).toBeLessThan(250);
});

it('a made-up path, method or body fills neither the log nor the database', async () => {
  const before = webhook.seen.refused.length;
  await answersOf(200, async (index) => {
    const answer = await fetch(`${webhook.base()}/made-up-${index}`, {
      method: 'POST',
      headers: { 'content-type': index % 2 ? 'text/plain' : 'application/json' },
      body: '{',
    });
    await answer.arrayBuffer();
    return answer.status;
  });
  expect(webhook.seen.refused.length).toBe(before);
  const puts = await answersOf(200, async () => {
    const answer = await fetch(`${webhook.base()}/stripe-webhook`, { method: 'PUT' });
    await answer.arrayBuffer();
    return answer.status;
  });
  expect(puts).toEqual({ 405: 200 });
  expect(webhook.seen.refused.length - before).toBeLessThan(150);
});

it('what a flood of one kind leaves out says how many it was, and takes no room from another kind', () => {
  let nowMs = 0;
  const limits = createRefusalLimits({ ...createClock(), now: () => nowMs });
  const kept = Array.from({ length: 1_000 }, () => limits.keep('no header').kept).filter(Boolean);
  expect(kept).toHaveLength(100);
  expect(limits.keep('another secret')).toEqual({ kept: true, leftOut: 0 });
  nowMs += 2_000;
  expect(limits.keep('no header')).toEqual({ kept: true, leftOut: 900 });
  nowMs -= 3_600_000;
  expect(limits.keep('no header').kept).toBe(false);
});

it('an address that stops is answered with reasons again, and is forgotten when others without end come', () => {
  let nowMs = 0;
  const limits = createRefusalLimits({ ...createClock(), now: () => nowMs });
  const flood = Array.from({ length: 101 }, () => limits.isFlood('a'));
  expect(flood.indexOf(true)).toBe(100);
  nowMs += 60_000;
  expect(limits.isFlood('a')).toBe(false);
  while (!limits.isFlood('a'));
  for (let index = 0; index < 30_000; index += 1) limits.isFlood(`2001:db8::${index}`);
  expect(limits.isFlood('a')).toBe(false);
});
