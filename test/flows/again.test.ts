import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { METRICS_TOKEN, pageOf, totalOf } from '../helpers/metrics.ts';
import { alerts, buy, row, serversOf, textOf, untilReady } from '../helpers/purchases.ts';
import { command, sure } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 8, timings: { auditMs: 5_000 }, env: { METRICS_TOKEN } });

it('an order whose server is gone gets another one only when a person types the beginning of its id', async () => {
  const world = held.get();
  const sale = await buy(world);
  await untilReady(world, sale);
  const old = serversOf(world, sale.id)[0]!;
  world.panel.deleteServer(old.id);
  const alert = await until('an alert', () =>
    alerts(world).find((one) => textOf(one).includes('gone from the panel')),
  );
  const ask = () => command(world, 'anna', 'provision', { order: sale.id });
  const type = (answer: string) => {
    const preview = world.discord.interactions.findLast(({ name }) => name === 'provision')!.reply!;
    return sure(world, 'anna', preview, /"(again:[^"]+)"/, answer);
  };
  expect(await ask()).toContain('gone from the panel');
  expect(await type('zzzzzzzz')).toContain(`Nothing was done: \`${sale.id.slice(0, 8)}\``);
  expect(serversOf(world, sale.id)).toEqual([]);
  expect(await type(sale.id.slice(0, 8).toUpperCase())).toContain('Retrying now');
  await untilReady(world, sale, 30_000);
  expect(serversOf(world, sale.id)).toHaveLength(1);
  await until('the alert is over', () => textOf(alert).includes('🟢 Over'));
  const orders =
    await world.database`select status, pterodactyl_server_id from orders where id::text = ${sale.id}`;
  expect(orders).toEqual([
    { status: 'provisioned', pterodactyl_server_id: String(serversOf(world, sale.id)[0]?.id) },
  ]);
  expect(await type(sale.id.slice(0, 8))).toContain('Nothing was made');
  expect((await row(world, sale.id)).failure_code).toBeNull();
  // The buyer waited once.
  const page = await pageOf(world.botUrl);
  for (const stage of ['message', 'create_sent', 'provisioned', 'ready'])
    expect([stage, totalOf(page, 'orderly_purchase_stage_seconds_count', { stage })]).toEqual([stage, 1]);
  expect(totalOf(page, 'orderly_attempts_total', { code: 'ok' })).toBe(2);
});
