import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { makeByHand } from '../helpers/panel.ts';
import { buy, messages, row, textOf, untilReady } from '../helpers/purchases.ts';
import { confirmed } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

// As a create does whose worker was thought dead: it comes through when nobody expects it any more.
const held = useWorld({ factor: 8, timings: { auditMs: 3_000 } });

it('a server of a closed order that no row knows is found by the audit, and staff are told without a ping', async () => {
  const world = held.get();
  await world.database`update plans set egg = 4711 where id = 'terraria-2gb'`;
  const sale = await buy(world, { planId: 'terraria-2gb' });
  await until('its failure', async () => (await row(world, sale.id)).failure_code === 'egg_missing');
  await confirmed(world, 'anna', 'close', { order: sale.id }, 'the customer changed their mind');
  const owner = world.panel.state.users.at(-1)!;
  const server = await makeByHand(world, owner.id);
  server.externalId = sale.id;
  const warning = await until('a warning', () =>
    messages(world).find(
      (one) => textOf(one).includes('### 🟡') && textOf(one).includes(`inspect:${sale.id}:`),
    ),
  );
  expect(warning.pings.roles).toEqual([]);
  expect((await row(world, sale.id)).panel_server_id).toBe(String(server.id));
});

it('a server of an open order that no row knows is taken over by it', async () => {
  const world = held.get();
  await world.database`update plans set egg = 4711 where id = 'terraria-2gb'`;
  const sale = await buy(world, { planId: 'terraria-2gb' });
  await until('its failure', async () => (await row(world, sale.id)).failure_code === 'egg_missing');
  await world.database`update plans set egg = 4 where id = 'terraria-2gb'`;
  const buyer = await row(world, sale.id);
  const owner = world.panel.state.users.find((user) => user.externalId === buyer.user_id)!;
  const server = await makeByHand(world, owner.id);
  server.externalId = sale.id;
  await untilReady(world, sale, 30_000);
  expect((await row(world, sale.id)).panel_server_id).toBe(String(server.id));
}, 45_000);
