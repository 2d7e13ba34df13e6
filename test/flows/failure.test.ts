import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
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

// A look at the panel that an earlier test made is soon too old for the next one.
const held = useWorld({ factor: 8, timings: { snapshotMs: 500 } });

const PANEL_DOWN = 'The panel does not answer';

it('a broken panel calls the on-call role once, whatever the number of orders, and heals by itself', async () => {
  const world = held.get();
  world.panel.faults.down = true;
  const sales = await Promise.all([buy(world), buy(world), buy(world)]);
  const alert = await until('an alert', () =>
    alerts(world).find((message) => textOf(message).includes(PANEL_DOWN)),
  );
  await until('all three under one alert', () => textOf(alert).includes('3 orders'));
  expect(alert.pings).toEqual({ everyone: false, roles: [world.discord.roles.onCall], users: [] });
  expect(alerts(world)).toHaveLength(1);
  for (const sale of sales) {
    await until('a red live message', () => textOf(liveMessages(world, sale.id)[0]).includes('🔴'));
    expect(liveMessages(world, sale.id)[0]?.pings.roles).toEqual([]);
  }
  world.panel.faults.down = false;
  for (const sale of sales) await untilReady(world, sale, 25_000);
  await until('the alert says that it is over', () => textOf(alert).includes('🟢 Over'));
  expect(alerts(world)).toHaveLength(1);
  expect(world.panel.state.servers).toHaveLength(3);
});

it('Retry on a failed order turns the same message green, and a second press is told who was first', async () => {
  const world = held.get();
  await world.database`update plans set egg = 999 where id = 'terraria-2gb'`;
  const sale = await buy(world, { planId: 'terraria-2gb' });
  const alert = await until('an alert', () =>
    alerts(world).find((m) => textOf(m).includes('egg is not on the panel')),
  );
  const live = await until('a live message', () => liveMessages(world, sale.id)[0]);
  await until('red', () => textOf(live).includes('🔴'));
  expect(textOf(alert)).toContain('terraria-2gb');
  await world.database`update plans set egg = 4 where id = 'terraria-2gb'`;
  world.proxy.faults.slowMs = 300;
  const [first, second] = await Promise.all([
    press(world, world.discord.people.anna, alert, 'retry'),
    press(world, world.discord.people.ben, live, 'retry'),
  ]);
  world.proxy.faults.slowMs = 0;
  const answers = [first, second].map((outcome) => textOf(outcome.reply ?? undefined));
  expect(answers.filter((answer) => answer.includes('Retrying now'))).toHaveLength(1);
  expect(answers.filter((answer) => /retried by `(Anna|Ben)`/.test(answer))).toHaveLength(1);
  await untilReady(world, sale);
  expect(liveMessages(world, sale.id).map((message) => message.id)).toEqual([live.id]);
  const recorded =
    await world.database`select action, outcome from orderly_staff_actions where target = ${sale.id}`;
  expect(recorded).toHaveLength(2);
});

it('an order never goes to a full region silently: the alert says why, by node and number', async () => {
  const world = held.get();
  const nyc = world.panel.state.nodes.find((node) => node.name === 'nyc-1')!;
  nyc.memoryMib = 2048;
  const sale = await buy(world, { planId: 'valheim-8gb', region: 'us-east' });
  const alert = await until('an alert', () =>
    alerts(world).find((m) => textOf(m).includes('No node of the region has room')),
  );
  expect(textOf(alert)).toContain('nyc-1: 2.0 of 2 GB memory free, 8 needed');
  nyc.memoryMib = 65_536;
  await untilReady(world, sale, 30_000);
  expect(serversOf(world, sale.id)).toHaveLength(1);
});

it('while a node hangs, the server that the panel shows is not believed, and the order ends with one server', async () => {
  const world = held.get();
  world.panel.faults.wings = { 1: 'hang', 2: 'hang' };
  const sale = await buy(world);
  await until('the ghost is there', () => serversOf(world, sale.id).length === 1);
  await until('the ghost is gone', () => serversOf(world, sale.id).length === 0, 20_000);
  expect((await row(world, sale.id)).panel_server_id).toBeNull();
  world.panel.faults.wings = {};
  await untilReady(world, sale, 30_000);
  expect(serversOf(world, sale.id)).toHaveLength(1);
});

it('a create whose answer was lost is looked up, never sent again while it may have worked', async () => {
  const world = held.get();
  world.panel.faults.cutAfterCreate = true;
  const sale = await buy(world);
  await until('the create went out', () => serversOf(world, sale.id).length === 1);
  world.panel.faults.cutAfterCreate = false;
  await untilReady(world, sale, 30_000);
  const creates = world.panel.requests.filter(
    (request) => request.method === 'POST' && request.path.includes('/servers'),
  );
  expect(serversOf(world, sale.id)).toHaveLength(1);
  const timeline = await world.database`select kind from orderly_timeline where purchase_id = ${sale.id}`;
  expect(timeline.map((entry) => entry.kind)).toContain('adopted');
  expect(creates.length).toBeGreaterThan(0);
});

it('a failed install alerts, and the verdict is kept', async () => {
  const world = held.get();
  world.panel.faults.installFails = true;
  const sale = await buy(world);
  await until('an alert', () => alerts(world).find((m) => textOf(m).includes('its install failed')), 20_000);
  world.panel.faults.installFails = false;
  expect(await row(world, sale.id)).toMatchObject({ install: 'failed', failure_code: 'install_failed' });
  const [order] = await world.database`select status from orders where id::text = ${sale.id}`;
  expect(order?.status).toBe('provisioned');
});

it('a paid subscription that can not become an order alerts once and keeps its message', async () => {
  const world = held.get();
  const before = messages(world).length;
  const { sessionId } = await world.stripe.checkout({
    planId: 'no-such-plan',
    region: 'eu-west',
    term: 'monthly',
    userId: '7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21',
  });
  const alert = await until('an alert', () =>
    alerts(world).find((m) => textOf(m).includes('not in the catalogue')),
  );
  expect(textOf(alert)).toContain('no-such-plan');
  await until('both messages', () => messages(world).length === before + 2);
  const orders =
    await world.database`select order_id, problem_code from orderly_purchases where session_id = ${sessionId}`;
  expect(orders).toEqual([{ order_id: null, problem_code: 'unknown_plan' }]);
});

it('a refund before the server is made stops it for good', async () => {
  const world = held.get();
  world.panel.faults.down = true;
  const sale = await buy(world);
  await world.stripe.refund(sale.sessionId, { full: true });
  await until('closed', async () => (await row(world, sale.id)).closed_at !== null);
  world.panel.faults.down = false;
  await until('a closed message', () => textOf(liveMessages(world, sale.id)[0]).includes('⚫'));
  expect(serversOf(world, sale.id)).toHaveLength(0);
  expect((await row(world, sale.id)).look_at).toBeNull();
});
