import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { buy, purchaseOf, row, sell, serversOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 8 });

it('ten purchases end provisioned when Redis is wiped in the middle of them', async () => {
  const world = held.get();
  world.panel.faults.slowMs = 2_000;
  const sales = await Promise.all(Array.from({ length: 10 }, () => buy(world)));
  await until('some are being made', () => world.panel.state.users.length > 2);
  await world.wipeRedis();
  world.panel.faults.slowMs = 0;
  for (const sale of sales) await untilReady(world, sale, 40_000);
  for (const sale of sales) expect(serversOf(world, sale.id)).toHaveLength(1);
  expect(world.panel.state.servers).toHaveLength(10);
}, 90_000);

it('a purchase goes through while Redis is gone, because the sweep looks by itself', async () => {
  const world = held.get();
  await world.redis.stop();
  const { sessionId } = await sell(world);
  const sale = await purchaseOf(world, sessionId);
  await untilReady(world, sale, 30_000);
  expect((await row(world, sale.id)).install).toBe('ready');
});
