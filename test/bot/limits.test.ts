import { REST, RESTEvents } from 'discord.js';
import { expect, it } from 'vitest';
import { watchLimits } from '../../src/bot/limits.ts';

const CHANNEL = '300000000000000001';

/** A REST manager that is told what Discord answered, and the limits that are read from it. */
function watched() {
  const rest = new REST();
  const limits = watchLimits(rest);
  const answer = (method: 'POST' | 'PATCH', left: number, resetAfter: string, channel = CHANNEL) => {
    const request = {
      method,
      path: `/channels/${channel}/messages` as const,
      route: '/channels/:id/messages',
      options: {},
      data: {},
      retries: 0,
    };
    const headers = {
      'x-ratelimit-limit': '5',
      'x-ratelimit-remaining': String(left),
      'x-ratelimit-reset-after': resetAfter,
    };
    rest.emit(RESTEvents.Response, request, new Response('{}', { headers }));
  };
  return { rest, limits, answer };
}

it('before the first answer one call of each kind finds out', () => {
  const { limits } = watched();
  expect([
    limits.room(CHANNEL, 'post', 0),
    limits.room(CHANNEL, 'post', 1),
    limits.room(CHANNEL, 'edit', 0),
  ]).toEqual([1, 0, 1]);
});

it('two of five posts are kept for alerts until the window is nearly over; edits have all', async () => {
  const { limits, answer } = watched();
  answer('POST', 4, '0.5');
  answer('PATCH', 4, '5');
  expect([
    limits.room(CHANNEL, 'post', 0),
    limits.room(CHANNEL, 'post', 1),
    limits.room(CHANNEL, 'post', 2),
  ]).toEqual([2, 1, 0]);
  expect(limits.room(CHANNEL, 'edit', 0)).toBe(4);
  answer('POST', 2, '0.4');
  expect(limits.room(CHANNEL, 'post', 0)).toBe(0);
  answer('POST', 2, '0.05');
  expect(limits.room(CHANNEL, 'post', 0)).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 130));
  expect(limits.room(CHANNEL, 'post', 0)).toBe(3);
});

it('each channel has limits of its own, and what Discord puts off is put off in that one', () => {
  const { limits, answer } = watched();
  answer('PATCH', 4, '5');
  answer('PATCH', 0, '5', '300000000000000002');
  expect(limits.room(CHANNEL, 'edit', 0)).toBe(4);
  expect(limits.room('300000000000000002', 'edit', 0)).toBe(0);
  answer('PATCH', 3, '5', '300000000000000002');
  limits.hold(CHANNEL, 'edit', 5_000);
  expect(limits.room(CHANNEL, 'edit', 0)).toBe(0);
  expect(limits.room('300000000000000002', 'edit', 0)).toBe(3);
});

it('tells what is left of all requests, and of the channel that takes least, until its window is over', async () => {
  const { rest, limits, answer } = watched();
  expect(limits.left()).toEqual({ global: 50 });
  rest.globalRemaining = 7;
  rest.globalReset = Date.now() + 5_000;
  answer('POST', 4, '5');
  answer('POST', 1, '0.05', '300000000000000002');
  answer('PATCH', 3, '5');
  expect(limits.left()).toEqual({ global: 7, post: 1, edit: 3 });
  rest.globalReset = Date.now() - 1;
  await new Promise((resolve) => setTimeout(resolve, 130));
  expect(limits.left()).toEqual({ global: 50, post: 4, edit: 3 });
});

it('is quiet while so many requests were refused that Discord is about to shut us out', () => {
  const { rest, limits } = watched();
  expect(rest.options.invalidRequestWarningInterval).toBeGreaterThan(0);
  rest.emit(RESTEvents.InvalidRequestWarning, { count: 7_500, remainingTime: 60_000 });
  expect(limits.isQuiet()).toBe(false);
  rest.emit(RESTEvents.InvalidRequestWarning, { count: 8_000, remainingTime: 60_000 });
  expect(limits.isQuiet()).toBe(true);
});
