import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { alerts, buy, liveMessages, row, serversOf, textOf, untilReady } from '../helpers/purchases.ts';
import { pause, resumeAll } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

// No node hangs here, so what the panel shows can be believed soon.
const held = useWorld({ factor: 8, installMs: 1_000, timings: { sweepMs: 1_000, ghostMs: 8_000 } });

it('an order that a worker has in hand when the pause begins is held before its create', async () => {
  const world = held.get();
  const gate = Promise.withResolvers<void>();
  let placed = false;
  const reservations = () => world.database`select from orderly_reservations`;
  const forget = world.proxy.onRequest(async ({ path, when }) => {
    if (placed || !path.includes('/rpc/orderly_step') || when !== 'after') return;
    placed = (await reservations()).length > 0;
    if (placed) await gate.promise;
  });
  const sale = await buy(world);
  await until('its port', () => placed);
  expect(await pause(world, { what: 'panel' })).toContain('0 orders held');
  gate.resolve();
  forget();
  await until('paused', () => textOf(liveMessages(world, sale.id)[0]).includes('is paused'));
  expect(await row(world, sale.id)).toMatchObject({ creates_sent: 0, attempts: 0, failed_at: null });
  expect(await reservations()).toHaveLength(0);
  const [order] = await world.database`select status from orders where id::text = ${sale.id}`;
  expect(order?.status).toBe('paid');
  expect(serversOf(world, sale.id)).toHaveLength(0);
  expect((await resumeAll(world)).join()).toContain('Going on: 1 order');
  await untilReady(world, sale);
});

it('whether an earlier create made a server is found out during a pause too', async () => {
  const world = held.get();
  world.panel.faults.cutAfterCreate = true;
  const sale = await buy(world);
  await until('the create went out', () => serversOf(world, sale.id).length === 1);
  await until('its answer is lost', async () => (await row(world, sale.id)).failure_code === 'create_unsure');
  world.panel.faults.cutAfterCreate = false;
  await pause(world, { what: 'panel' });
  await untilReady(world, sale, 20_000);
  expect(serversOf(world, sale.id)).toHaveLength(1);
  expect(alerts(world)).toEqual([]);
});
