import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import {
  alerts,
  buy,
  liveMessages,
  messages,
  press,
  row,
  serversOf,
  textOf,
  untilReady,
} from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 10 });

type Case = { name: string; breaks: string; mends: string; code: string; says: string[] };

const PLAN = `where id = 'among-us-1gb'`;
const CASES: Case[] = [
  {
    name: 'a negative memory',
    breaks: `update plans set memory = -5 ${PLAN}`,
    mends: `update plans set memory = 1024 ${PLAN}`,
    code: 'plan_incomplete',
    says: ['plans "among-us-1gb"', 'memory'],
  },
  {
    name: 'no egg',
    breaks: `update plans set egg = null ${PLAN}`,
    mends: `update plans set egg = 2 ${PLAN}`,
    code: 'plan_incomplete',
    says: ['plans "among-us-1gb"', 'egg'],
  },
  {
    name: 'a disk of nothing, which the panel would take for unlimited',
    breaks: `update plans set disk = 0 ${PLAN}`,
    mends: `update plans set disk = 5120 ${PLAN}`,
    code: 'plan_incomplete',
    says: ['plans "among-us-1gb"', 'disk', 'unlimited'],
  },
  {
    name: 'an egg that the panel does not have',
    breaks: `update plans set egg = 4711 ${PLAN}`,
    mends: `update plans set egg = 2 ${PLAN}`,
    code: 'egg_missing',
    says: ['plans "among-us-1gb": egg', '4711'],
  },
  {
    name: 'a variable that the egg refuses',
    breaks: `update plans set variables = '{"MAX_LOBBIES": "many"}' ${PLAN}`,
    mends: `update plans set variables = '{}' ${PLAN}`,
    code: 'variable_refused',
    says: ['plans "among-us-1gb": variables.MAX_LOBBIES'],
  },
  {
    name: 'nodes that are all switched off',
    breaks: `update ptero_nodes set enabled = false where region = 'eu-west'`,
    mends: `update ptero_nodes set enabled = true where region = 'eu-west'`,
    code: 'no_nodes',
    says: ['ptero_nodes has no enabled row with region "eu-west"'],
  },
  {
    name: 'nodes that the panel does not know',
    breaks: `update ptero_nodes set panel_node_id = panel_node_id + 90 where region = 'eu-west'`,
    mends: `update ptero_nodes set panel_node_id = panel_node_id - 90 where region = 'eu-west'`,
    code: 'no_nodes',
    says: ['ptero_nodes 1: panel_node_id: the panel has no node 91', 'ptero_nodes 2'],
  },
];

it.each(CASES)(
  '$name is a failure that names row and column; nothing is made, and mended it goes on with Retry',
  async (one) => {
    const world = held.get();
    await world.database.unsafe(one.breaks);
    const sale = await buy(world);
    await until('its failure', async () => (await row(world, sale.id)).failure_code === one.code);
    const alert = await until('an alert', () =>
      alerts(world).find(
        (message) => textOf(message).includes(`inspect:${sale.id}`) && !textOf(message).includes('Over'),
      ),
    );
    for (const words of one.says) expect((await row(world, sale.id)).failure_detail).toContain(words);
    expect(serversOf(world, sale.id)).toEqual([]);
    expect(await row(world, sale.id)).toMatchObject({ payment: 'paid', closed_at: null });
    await world.database.unsafe(one.mends);
    await press(world, world.discord.people.anna, alert, 'retry');
    await untilReady(world, sale);
  },
);

const NAMES = globSync('test/fixtures/stripe/checkout-session-completed-server-name-*.json');

it('whatever a buyer types as a name: the server is made, and the name can neither ping nor format', async () => {
  const world = held.get();
  expect(NAMES.length).toBeGreaterThan(6);
  const typed = NAMES.map((file) => {
    const event: { data: { object: { metadata: { server_name: string } } } } = JSON.parse(
      readFileSync(file, 'utf8'),
    );
    return { file: basename(file), serverName: event.data.object.metadata.server_name };
  });
  const sales = await Promise.all(typed.map(({ serverName }) => buy(world, { serverName })));
  for (const [index, sale] of sales.entries()) {
    await untilReady(world, sale, 40_000);
    const name = serversOf(world, sale.id)[0]!.name;
    expect(name, typed[index]!.file).toMatch(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]{1,191}$/u);
    expect(liveMessages(world, sale.id)[0]?.pings).toEqual({ everyone: false, roles: [], users: [] });
  }
  expect(everyonePinged(world)).toEqual([]);
}, 90_000);

function everyonePinged(world: World) {
  return messages(world).filter((message) => message.pings.everyone || message.pings.users.length > 0);
}
