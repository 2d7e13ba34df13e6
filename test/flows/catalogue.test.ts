import { expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { alerts, messages, textOf } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 10, timings: { planCheckMs: 4_000, stockMs: 4_000, snapshotMs: 1_000 } });

it('a plan that could not be provisioned warns before anybody buys it, without a ping, and the warning ends when it is mended', async () => {
  const world = held.get();
  await untilChecked(world, 'catalogue');
  expect(warnings(world, 'could not be provisioned')).toEqual([]);
  await world.database`update plans set image = 'ghcr.io/nobody/nothing:1', variables = '{"MAX_LOBBIES": "many"}' where id = 'among-us-1gb'`;
  const warning = await until('a warning', () => warnings(world, 'could not be provisioned')[0]);
  expect(textOf(warning)).toContain('plans \\"among-us-1gb\\": image:');
  expect(textOf(warning)).toContain('variables.MAX_LOBBIES');
  expect(warning.pings).toEqual({ everyone: false, roles: [], users: [] });
  await world.database`update plans set image = 'ghcr.io/pterodactyl/yolks:nodejs_18', variables = '{}' where id = 'among-us-1gb'`;
  await until('it is over', () => textOf(warning).includes('🟢 Over'));
});

it('a plan whose egg was deleted on the panel, and one that is not sold any more: only the first is told', async () => {
  const world = held.get();
  const { eggs } = world.panel.state;
  const [terraria] = eggs.splice(
    eggs.findIndex((egg) => egg.id === 4),
    1,
  );
  await world.database`insert into plans (id, name, active) values ('retired', 'Retired', false)`;
  // An egg is kept for ten minutes: only a new start, or that time, shows that it is gone.
  await world.bot.start();
  const warning = await until('a warning', () => warnings(world, 'the panel has no egg 4')[0]);
  expect(textOf(warning)).toContain('terraria-2gb');
  expect(warnings(world, 'retired')).toEqual([]);
  eggs.push(terraria!);
  await until('it is over', () => textOf(warning).includes('🟢 Over'));
});

it('a node of the catalogue that the panel does not know is told by row and column', async () => {
  const world = held.get();
  await world.database`insert into ptero_nodes (id, name, panel_node_id, region) values (77, 'ghost-1', 99, 'eu-west')`;
  const warning = await until('a warning', () => warnings(world, 'ptero_nodes 77')[0]);
  expect(textOf(warning)).toContain('panel_node_id: the panel has no node 99');
  await world.database`delete from ptero_nodes where id = 77`;
  await until('it is over', () => textOf(warning).includes('🟢 Over'));
});

it('a region that is almost sold out warns once for all of its plans, and `/stock` shows the same numbers', async () => {
  const world = held.get();
  const nyc = world.panel.state.nodes.find((node) => node.name === 'nyc-1')!;
  const was = nyc.memoryMib;
  nyc.memoryMib = 5 * 1024;
  const warning = await until('a warning', () =>
    warnings(world, 'almost sold out').find((one) => textOf(one).includes('1 more Minecraft 4 GB')),
  );
  expect(textOf(warning)).toContain('no more Valheim 8 GB: memory is used up');
  expect(warnings(world, 'us-east')).toHaveLength(1);
  const { anna } = world.discord.people;
  const shown = await world.discord.runCommand({
    personId: anna,
    channelId: world.discord.channels.purchases,
    name: 'stock',
    options: {},
  });
  expect(textOf(shown.reply ?? undefined)).toContain('1 more Minecraft 4 GB');
  nyc.memoryMib = was;
  await until('it is over', () => textOf(warning).includes('🟢 Over'));
  expect(alerts(world).filter((one) => one.pings.roles.length > 0)).toEqual([]);
});

function warnings(world: World, words: string) {
  return messages(world).filter((one) => textOf(one).includes('### 🟡') && textOf(one).includes(words));
}

async function untilChecked(world: World, name: string) {
  await until(`a check of ${name}`, async () => {
    const rows = await world.database`select 1 from orderly_checks where name = ${name}`;
    return rows.length > 0;
  });
}
