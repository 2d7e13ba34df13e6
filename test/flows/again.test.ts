import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { alerts, buy, row, serversOf, textOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 8, timings: { auditMs: 5_000 } });

it('an order whose server is gone gets another one only when a person types the beginning of its id', async () => {
  const world = held.get();
  const sale = await buy(world);
  await untilReady(world, sale);
  const old = serversOf(world, sale.id)[0]!;
  world.panel.deleteServer(old.id);
  const alert = await until('an alert', () =>
    alerts(world).find((one) => textOf(one).includes('gone from the panel')),
  );
  const where = { personId: world.discord.people.anna, channelId: alert.channelId, name: 'provision' };
  const say = async (options: Record<string, string>) =>
    textOf(
      (await world.discord.runCommand({ ...where, options: { order: sale.id, ...options } })).reply ??
        undefined,
    );
  expect(await say({})).toContain('makes a new one');
  expect(await say({ again: 'zzzzzzzz' })).toContain(sale.id.slice(0, 8));
  expect(serversOf(world, sale.id)).toEqual([]);
  expect(await say({ again: sale.id.slice(0, 8) })).toContain('Retrying now');
  await untilReady(world, sale, 30_000);
  expect(serversOf(world, sale.id)).toHaveLength(1);
  await until('the alert is over', () => textOf(alert).includes('🟢 Over'));
  const orders =
    await world.database`select status, pterodactyl_server_id from orders where id::text = ${sale.id}`;
  expect(orders).toEqual([
    { status: 'provisioned', pterodactyl_server_id: String(serversOf(world, sale.id)[0]?.id) },
  ]);
  expect(await say({ again: sale.id.slice(0, 8) })).toContain('Nothing was made');
  expect((await row(world, sale.id)).failure_code).toBeNull();
}, 60_000);
