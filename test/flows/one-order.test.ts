import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { purchaseIdOf } from '../../src/orders/ids.ts';
import { liveMessages, messages, serversOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 6 });

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/stripe/${name}.json`, import.meta.url), 'utf8');
const SESSION = 'cs_test_a1GoodPurchase1QnyQCN5fUUduORoQ7Pw41PJqDWkIVQCpJPqkfIhd6tV';

it('the same event delivered twenty times at once, and a second event for its session, make one order, server and message', async () => {
  const world = held.get();
  world.stripe.faults.duplicateDeliveries = 20;
  await world.stripe.emit(fixture('checkout-session-completed'));
  world.stripe.faults.duplicateDeliveries = 1;
  await world.stripe.emit(fixture('checkout-session-completed-second-event-same-session'));
  const sale = { sessionId: SESSION, id: purchaseIdOf(SESSION) };
  await untilReady(world, sale, 20_000);
  await world.stripe.idle();
  const delivered = world.stripe.events.flatMap((event) =>
    event.deliveries.map((delivery) => delivery.status),
  );
  expect(delivered.length).toBeGreaterThanOrEqual(21);
  expect(new Set(delivered)).toEqual(new Set([200]));
  expect(await world.database`select id::text as id from orders`).toEqual([{ id: sale.id }]);
  expect(serversOf(world, sale.id)).toHaveLength(1);
  expect(world.panel.state.servers).toHaveLength(1);
  expect(liveMessages(world, sale.id)).toHaveLength(1);
});

it.each([
  ['before ours', 'before'],
  ['after ours', 'after'],
  ['at the same moment', 'together'],
] as const)(
  "the site's old webhook, which makes its own row %s, ends in one managed order, one server and one message",
  async (_name, moment) => {
    const world = held.get();
    const before = world.panel.state.servers.length;
    const event = JSON.parse(fixture('checkout-session-completed'));
    event.id = `evt_old_${moment}`;
    event.data.object.id = `cs_test_old_${moment}`;
    event.data.object.subscription = `sub_old_${moment}`;
    event.data.object.customer_details.email = `${moment}@example.com`;
    event.data.object.metadata.user_id = crypto.randomUUID();
    const { user_id: userId } = event.data.object.metadata;
    const oldWebhook = () => world.database`
    insert into orders (user_id, plan_id, item_type, server_name, status, stripe_sub_id, created_at)
    values (${userId}, 'minecraft-4gb', 'game', 'old', 'paid', ${`sub_old_${moment}`}, now()) returning id::text as id`;
    const ours = () => world.stripe.emit(event);
    if (moment === 'before') await oldWebhook();
    await (moment === 'together' ? Promise.all([ours(), oldWebhook()]) : ours());
    const sale = { sessionId: event.data.object.id, id: purchaseIdOf(event.data.object.id) };
    await untilReady(world, sale, 20_000);
    if (moment === 'after') {
      const [row] = await oldWebhook();
      const answer = await fetch(`${world.botUrl}/servers-provision`, {
        method: 'POST',
        headers: { authorization: 'Bearer sb_secret_sandbox', 'content-type': 'application/json' },
        body: JSON.stringify({ order_id: row?.id }),
      });
      expect(answer.status).toBe(202);
      expect(await answer.json()).toMatchObject({ order_id: sale.id, status: 'provisioned' });
    }
    const managed =
      await world.database`select order_id from orderly_purchases where subscription_id = ${`sub_old_${moment}`}`;
    expect(managed).toHaveLength(1);
    expect(world.panel.state.servers.length - before).toBe(1);
    expect(liveMessages(world, sale.id)).toHaveLength(1);
  },
);

it('five hundred orders from before the cutover get no server, no message and no ping', async () => {
  const world = held.get();
  const servers = world.panel.state.servers.length;
  const shown = messages(world).length;
  const [{ id } = { id: '' }] = await world.database`
    insert into orders (user_id, plan_id, item_type, server_name, status, created_at)
    select gen_random_uuid(), 'among-us-1gb', 'game', 'legacy ' || n, 'paid', now() - interval '40 days' from generate_series(1, 500) n
    returning id::text as id`;
  const began = world.clock.now();
  await until('several sweeps', () => world.clock.now() - began > 15_000);
  const call = (order: string) =>
    fetch(`${world.botUrl}/servers-provision`, {
      method: 'POST',
      headers: { authorization: 'Bearer sb_secret_sandbox', 'content-type': 'application/json' },
      body: JSON.stringify({ order_id: order }),
    });
  const refused = await call(id);
  expect(refused.status).toBe(409);
  expect(JSON.stringify(await refused.json())).toContain('cutover');
  expect(world.panel.state.servers).toHaveLength(servers);
  expect(messages(world)).toHaveLength(shown);
});

it('/servers-provision answers as the site expects, and twice makes one server', async () => {
  const world = held.get();
  const call = (body: unknown, token = 'sb_secret_sandbox') =>
    fetch(`${world.botUrl}/servers-provision`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const insert = async (itemType: string, status: string) => {
    const [row] = await world.database`insert into orders (user_id, plan_id, item_type, server_name, status)
      values ('7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21', 'among-us-1gb', ${itemType}, 'site', ${status}) returning id::text as id`;
    return String(row?.id);
  };
  const game = await insert('game', 'paid');
  const statuses = {
    wrongToken: (await call({ order_id: game }, 'sb_secret_other')).status,
    noOrder: (await call({})).status,
    unknown: (await call({ order_id: 'nope' })).status,
    notGame: (await call({ order_id: await insert('addon', 'paid') })).status,
    provisioned: (await call({ order_id: await insert('game', 'provisioned') })).status,
  };
  expect(statuses).toEqual({ wrongToken: 401, noOrder: 400, unknown: 404, notGame: 409, provisioned: 409 });
  const answers = await Promise.all([call({ order_id: game }), call({ order_id: game })]);
  expect(answers.map((answer) => answer.status)).toEqual([202, 202]);
  await untilReady(world, { sessionId: '', id: game }, 20_000);
  expect(serversOf(world, game)).toHaveLength(1);
});
