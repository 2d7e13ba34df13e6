import { beforeEach, expect, it } from 'vitest';
import type { SimMessage } from '../../sandbox/discord/index.ts';
import { until, type World } from '../../sandbox/world.ts';
import {
  alerts,
  buy,
  liveMessages,
  row,
  type Sale,
  serversOf,
  textOf,
  untilReady,
} from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

// A look at the panel from the test before would place an order where there is no room any more.
const held = useWorld({ factor: 10, timings: { resumePaceMs: 200, snapshotMs: 500 } });

beforeEach(() => {
  Object.assign(held.get().panel.faults, NOTHING_BROKEN);
});

const NOTHING_BROKEN = {
  down: false,
  maintenance: false,
  twoFactorRequired: false,
  noPermission: false,
  ownerNotAdmin: false,
  html502: false,
  databaseDown: false,
  wings: {},
};

it('an outage of the panel parks its orders behind one that tries, pings once, and ends with what was recovered', async () => {
  const world = held.get();
  world.panel.faults.maintenance = true;
  const first = await buy(world);
  const alert = await until('an alert', () => find(world, 'in maintenance mode'));
  const later = await Promise.all(Array.from({ length: 11 }, () => buy(world)));
  await until('all twelve under one alert', () => textOf(alert).includes('12 orders'));
  const before = world.panel.requests.length;
  await untilProbed(world, 2);
  // Two or three orders that went first, not twelve times twelve.
  expect(world.panel.requests.length - before).toBeLessThan(12);
  expect(textOf(alert)).toContain('Retry all 12');
  world.panel.faults.maintenance = false;
  for (const sale of [first, ...later]) await untilReady(world, sale, 30_000);
  await until('the alert says what was recovered', () =>
    textOf(alert).includes('All 12 orders have their server'),
  );
  expect(find(world, 'in maintenance mode', alert)).toBeUndefined();
  expect(world.panel.state.servers).toHaveLength(12);
}, 90_000);

it.each([
  ['twoFactorRequired', 'two-factor'],
  ['noPermission', 'lacks a right'],
  ['ownerNotAdmin', 'lacks a right'],
  ['html502', 'web page instead of data'],
  ['databaseDown', 'fails inside'],
] as const)(
  '"%s" is an outage and no failure of the order: it goes on by itself when it is mended',
  async (fault, words) => {
    const world = held.get();
    world.panel.faults[fault] = true;
    const sale = await buy(world);
    const alert = await until('an alert', () => find(world, words));
    expect(await row(world, sale.id)).toMatchObject({ panel_server_id: null, closed_at: null });
    world.panel.faults[fault] = false;
    await untilReady(world, sale, 30_000);
    await until('it is over', () => textOf(alert).includes('🟢 Over'));
    expect(alert.pings.roles).toEqual([world.discord.roles.onCall]);
  },
);

it('when a node fails the next one takes the order; staff read a warning, nobody is woken, and the node is left alone for a while', async () => {
  const world = held.get();
  const best = await bestNode(world);
  world.panel.faults.wings = { [best]: 'down' };
  const sale = await buy(world);
  await untilReady(world, sale);
  expect(serversOf(world, sale.id)[0]?.nodeId).not.toBe(best);
  const warning = await until('a warning', () => find(world, 'other nodes take its orders'));
  expect(warning.pings.roles).toEqual([]);
  const sent = createsOn(world);
  await untilReady(world, await buy(world));
  expect(createsOn(world) - sent).toBe(1);
});

it('when every node of the region fails, its orders wait for one that tries, and go on when a node answers', async () => {
  const world = held.get();
  world.panel.faults.wings = { 1: '502', 2: '404' };
  const sales = await Promise.all([buy(world), buy(world), buy(world)]);
  await until('an alert', () => find(world, 'does not answer the panel (Wings)'));
  await until('all are parked or tried', async () => (await failing(world, sales)) === 3);
  world.panel.faults.wings = {};
  for (const sale of sales) await untilReady(world, sale, 40_000);
  for (const sale of sales) expect(serversOf(world, sale.id)).toHaveLength(1);
}, 90_000);

it('a full region holds its orders under one alert, and each goes on as soon as there is room for it', async () => {
  const world = held.get();
  const nyc = world.panel.state.nodes.find((node) => node.name === 'nyc-1')!;
  const was = nyc.memoryMib;
  nyc.memoryMib = 2048;
  const big = await buy(world, { planId: 'valheim-8gb', region: 'us-east' });
  const small = await buy(world, { planId: 'minecraft-4gb', region: 'us-east' });
  const alert = await until('an alert', () => find(world, 'No node of the region has room'));
  await until('both under it', () => textOf(alert).includes('2 orders'));
  expect(textOf(alert)).toMatch(/nyc-1: [\d.]+ of 2 GB memory free, [48] needed/);
  nyc.memoryMib = 2048 + 4096;
  await untilReady(world, small, 40_000);
  expect((await row(world, big.id)).panel_server_id).toBeNull();
  expect(textOf(alert)).not.toContain('🟢 Over');
  nyc.memoryMib = was;
  await untilReady(world, big, 40_000);
  await until('it is over', () => textOf(alert).includes('🟢 Over'));
  const pings = alerts(world).filter((message) => textOf(message).includes('No node of the region has room'));
  expect(pings).toHaveLength(1);
}, 120_000);

function find(world: World, words: string, not?: SimMessage): SimMessage | undefined {
  return alerts(world).find(
    (message) => message !== not && textOf(message).includes(words) && !textOf(message).includes('🟢 Over'),
  );
}

async function untilProbed(world: World, times: number): Promise<void> {
  await until(
    `${times} probes`,
    async () => {
      const [open] =
        await world.database`select probes from orderly_incidents where closed_at is null and probe_at is not null`;
      return Number(open?.probes ?? 0) >= times;
    },
    30_000,
  );
}

async function failing(world: World, sales: Sale[]): Promise<number> {
  const rows = await world.database`
    select 1 from orderly_purchases where id in ${world.database(sales.map((sale) => sale.id))} and incident_id is not null`;
  return rows.length;
}

/** The node that placement takes first: a purchase shows it. */
async function bestNode(world: World): Promise<number> {
  const sale = await buy(world);
  await untilReady(world, sale);
  await until('its message', () => liveMessages(world, sale.id)[0]);
  const own = serversOf(world, sale.id)[0]!;
  const other = own.nodeId === 1 ? 2 : 1;
  // Room enough that it stays the first choice.
  world.panel.state.nodes.find((node) => node.id === own.nodeId)!.memoryMib += 65_536;
  expect(other).not.toBe(own.nodeId);
  return own.nodeId;
}

function createsOn(world: World): number {
  return world.panel.requests.filter((one) => one.method === 'POST' && /\/servers(\?|$)/.test(one.path))
    .length;
}
