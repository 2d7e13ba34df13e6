import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { purchaseOf, row, serversOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

// One look at the panel's capacity is enough for this test: a second purchase needs its create and nothing else.
const held = useWorld({ factor: 10, timings: { snapshotMs: 60 * 60_000 } });

it('a create that is held back was not sent: the next look creates, without asking the panel first', async () => {
  const world = held.get();
  const userId = randomUUID();
  const buyAgain = async () => {
    const about = { planId: 'among-us-1gb', region: 'eu-west', userId, email: `${userId}@example.com` };
    return purchaseOf(world, (await world.stripe.checkout(about)).sessionId);
  };
  await untilReady(world, await buyAgain());
  // What a process took ahead of its share is worth nothing after some seconds.
  await world.clock.sleep(6_000);
  await world.database`select orderly_hold_budget('{"name": "panel", "ms": 40000}')`;
  const sale = await buyAgain();
  const isHeldBack = async () => (await row(world, sale.id)).failure_code === 'panel_busy';
  await until('it was held back', isHeldBack);
  expect(serversOf(world, sale.id)).toEqual([]);
  await untilReady(world, sale, 25_000);
  expect(serversOf(world, sale.id)).toHaveLength(1);
  expect(world.panel.requests.filter(({ path }) => path.includes('/servers/external/'))).toEqual([]);
});
