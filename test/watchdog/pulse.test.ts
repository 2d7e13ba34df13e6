import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { createClock } from '../../src/lib/clock.ts';
import { createLoops } from '../../src/lib/loops.ts';
import type { Role } from '../../src/lib/roles.ts';
import { createLog } from '../../src/log.ts';
import type { SignOfLife } from '../../src/store/store.ts';
import type { Part } from '../../src/watchdog/dead-parts.ts';
import { type Living, startPulse } from '../../src/watchdog/pulse.ts';

const living = (name: Role, dead: Part[] = [], standsBy = false): Living => ({
  name,
  deadParts: () => dead,
  standsBy: () => standsBy,
});

/** A process with these roles, among others in which `others` are alive; null: the database can't be asked. */
async function startAmong(own: Living[], others: Role[] | null) {
  const signs: SignOfLife[] = [];
  const clock = createClock();
  let aheadMs = 0;
  const pulse = startPulse(
    {
      clock: { ...clock, now: () => clock.now() + aheadMs },
      timings: { pulseMs: 60_000 },
      log: createLog('silent'),
      loops: createLoops(clock),
      holder: 'me',
      store: {
        pulse: async (sign) => {
          signs.push(sign);
          if (others === null) throw new Error('no database');
          return others;
        },
      },
    },
    own,
  );
  await until('a sign', () => signs.length === 1);
  return {
    ...pulse,
    signs,
    wait: (ms: number) => {
      aheadMs += ms;
    },
  };
}

const ALL = [living('webhook'), living('worker'), living('bot')];

it.each<[string, Living[], Role[] | null, string[]]>([
  ['one process that does all is alive by itself', ALL, [], []],
  ['also while the database can not be asked', ALL, null, []],
  ['a part of it that is dead is named', [...ALL.slice(0, 2), living('bot', ['discord'])], [], ['discord']],
  ['unless its role is alive elsewhere', [...ALL.slice(0, 2), living('bot', ['discord'])], ['bot'], []],
  ['a role that no process has is named', [living('worker')], ['bot'], ['webhook']],
  ['one with a single role needs the others', [living('worker')], ['bot', 'webhook'], []],
  ['one that stands by carries nothing', [...ALL.slice(0, 2), living('bot', [], true)], [], ['bot']],
  ['and is alive while the leader is', [...ALL.slice(0, 2), living('bot', [], true)], ['bot'], []],
  ['without the database nothing is known of the others', [living('worker')], null, ['webhook', 'bot']],
])('%s', async (_case, own, others, dead) => {
  const pulse = await startAmong(own, others);
  expect(pulse.deadParts()).toEqual(dead);
  await pulse.stop();
});

it('tells which of its roles are there and which do their work, and says goodbye', async () => {
  const own = [living('webhook'), living('worker', ['redis']), living('bot', [], true)];
  const pulse = await startAmong(own, []);
  expect(pulse.signs[0]).toMatchObject({
    holder: 'me',
    roles: ['webhook', 'worker', 'bot'],
    alive: ['webhook'],
  });
  await pulse.stop();
  expect(pulse.signs.at(-1)).toMatchObject({ holder: 'me', roles: [] });
});

it('what was heard half a minute ago tells nothing any more', async () => {
  const pulse = await startAmong([living('worker')], ['bot', 'webhook']);
  pulse.wait(29_000);
  expect(pulse.deadParts()).toEqual([]);
  pulse.wait(1_500);
  expect(pulse.deadParts()).toEqual(['webhook', 'bot']);
  await pulse.stop();
});
