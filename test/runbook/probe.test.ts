import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type Clock, createClock } from '../../src/lib/clock.ts';
import { createProbe } from '../../src/runbook/doctor/probe.ts';

type Answer = { status: number; headers?: Record<string, string>; body?: string };
const ok: Answer = { status: 200, body: '{"ok":true}' };
const wait = (seconds: string) => ({ status: 429, headers: { 'retry-after': seconds } });

/** A service that gives these answers, the last one for ever, and a probe whose waits are written down and pass at once. */
async function service(answers: (Answer | 'never')[], timeoutMs = 10_000) {
  let asked = 0;
  const give = (response: ServerResponse) => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? ok;
    asked += 1;
    if (answer !== 'never') response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
  };
  const server = createServer((_request, response) => give(response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const slept: number[] = [];
  let passedMs = 0;
  const real = createClock();
  const clock: Clock = {
    now: () => real.now() + passedMs,
    timeout: real.timeout,
    sleep: async (ms) => {
      slept.push(ms);
      passedMs += ms;
    },
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const probe = createProbe(clock, timeoutMs, () => 0.5);
  return { ask: () => probe({ url }), slept, asked: () => asked };
}

it('waits as long as it is told to, and a little more, and gives the answer that comes then', async () => {
  const { ask, slept } = await service([wait('2'), wait('0.5'), ok]);
  expect(await ask()).toMatchObject({ kind: 'answer', status: 200, json: { ok: true } });
  expect(slept).toEqual([2_175, 675]);
});

it.each([
  ['is longer than its time', wait('10')],
  ['is longer than what is left of it', wait('9.9')],
  ['is not named', { status: 429 }],
  ['is named as a date', wait('Wed, 21 Oct 2026 07:28:00 GMT')],
  ['is empty', wait('')],
])('a wait that %s is not waited for: the refusal is the answer', async (_, answer) => {
  const { ask, slept, asked } = await service([answer, ok]);
  expect(await ask()).toMatchObject({ kind: 'answer', status: 429 });
  expect([slept, asked()]).toEqual([[], 1]);
});

it('whoever says "wait" again and again is asked four times', async () => {
  const { ask, slept, asked } = await service([wait('0')]);
  expect(await ask()).toMatchObject({ kind: 'answer', status: 429 });
  expect([slept.length, asked()]).toEqual([3, 4]);
});

it('all waits together stay within its time', async () => {
  const { ask, slept } = await service([wait('6'), wait('6'), ok]);
  expect(await ask()).toMatchObject({ kind: 'answer', status: 429 });
  expect(slept).toHaveLength(1);
});

it('another status that names a wait is the answer at once, and no redirect is followed', async () => {
  const busy = await service([{ status: 503, headers: { 'retry-after': '1' } }, ok]);
  expect(await busy.ask()).toMatchObject({ kind: 'answer', status: 503, json: undefined });
  const moved = await service([{ status: 302, headers: { location: '/other' } }, ok]);
  expect(await moved.ask()).toMatchObject({ kind: 'answer', status: 302 });
  expect([busy.slept, moved.asked()]).toEqual([[], 1]);
});

it('silence is an answer that says so, also after a wait', async () => {
  const { ask } = await service(['never'], 300);
  expect(await ask()).toEqual({ kind: 'silence', reason: 'no answer within 0.3 seconds', code: null });
  const later = await service([wait('0'), 'never'], 600);
  expect(await later.ask()).toMatchObject({ kind: 'silence', reason: 'no answer within 0.6 seconds' });
});
