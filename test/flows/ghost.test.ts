import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { buy, row, serversOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

// The lease runs out while the node still hangs, so that the next worker meets the ghost.
const held = useWorld({ factor: 6, timings: { leaseMs: 6_000 } });

it('a worker that takes over while a node hangs does not believe the server that the panel will take back', async () => {
  const world = held.get();
  world.panel.faults.wings = { 1: 'hang_all', 2: 'hang_all' };
  const sale = await buy(world);
  const ghost = await until('the ghost', () => serversOf(world, sale.id)[0]);
  await world.bot.kill();
  world.panel.faults.wings = {};
  await world.bot.start();
  await until('somebody looked it up', () =>
    world.panel.requests.some((request) => request.path.includes(`/servers/external/${sale.id}`)),
  );
  await untilReady(world, sale, 25_000);
  const servers = serversOf(world, sale.id);
  expect(servers).toHaveLength(1);
  expect(servers[0]?.id).not.toBe(ghost.id);
  expect((await row(world, sale.id)).panel_server_id).toBe(String(servers[0]?.id));
});
