import { expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { holdCreates, makeByHand } from '../helpers/panel.ts';
import { buy, liveMessages, row, type Sale, serversOf, textOf, untilReady } from '../helpers/purchases.ts';
import { actionsOn, alertsAbout, asked, CREATE, confirmed, pressed } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 8, installMs: 1_500, timings: { sweepMs: 1_000, installPollMs: 1_500 } });

const link = (world: World, order: string, server: number) =>
  confirmed(world, 'anna', 'link', { order, server });

/** An order that failed for its plan after its buyer had a panel user. */
async function failedOrder(world: World) {
  await world.database`update plans set egg = 999 where id = 'terraria-2gb'`;
  const sale = await buy(world, { planId: 'terraria-2gb' });
  const alert = await until('an alert', () => alertsAbout(world, sale.id)[0]);
  await world.database`update plans set egg = 4 where id = 'terraria-2gb'`;
  return { sale, alert, userId: Number((await row(world, sale.id)).panel_user_id) };
}

const nothingLinked = async (world: World, sale: Sale) =>
  expect(await row(world, sale.id)).toMatchObject({ panel_server_id: null, provisioned_at: null });

it('/link ties a server made by hand to its order: named on the panel, watched, green', async () => {
  const world = held.get();
  const { sale, alert, userId } = await failedOrder(world);
  const server = await makeByHand(world, userId);
  const creates = asked(world, 'POST', CREATE).length;
  expect(await link(world, sale.id, server.id)).toContain(`🔗 Linked to server \`${server.id}\``);
  expect(server.externalId).toBe(sale.id);
  await untilReady(world, sale);
  await until('the alert is over', () => textOf(alert).includes('🟢 Over'));
  expect(textOf(alert)).toContain('linked by Anna');
  expect(await row(world, sale.id)).toMatchObject({ panel_server_id: String(server.id), failure_code: null });
  const [order] =
    await world.database`select status, pterodactyl_server_id from orders where id::text = ${sale.id}`;
  expect(order).toEqual({ status: 'provisioned', pterodactyl_server_id: String(server.id) });
  expect(textOf(liveMessages(world, sale.id)[0])).toContain('📍 `nyc-1` · `nyc1.example.com:');
  expect(await link(world, sale.id, server.id)).toContain('already names server');
  expect(await actionsOn(world, sale.id)).toMatchObject([
    { actor_name: 'Anna', action: 'link', outcome: 'linked' },
  ]);
  expect(asked(world, 'POST', CREATE)).toHaveLength(creates);
});

it("/link refuses a server that is not there, another customer's, and another order's", async () => {
  const world = held.get();
  const ready = await buy(world);
  await untilReady(world, ready);
  const { sale, userId } = await failedOrder(world);
  const other = Number((await row(world, ready.id)).panel_user_id);
  const [taken] = serversOf(world, ready.id);
  const foreign = await makeByHand(world, other);
  expect(await link(world, sale.id, 9_999)).toContain('the panel has no server `9999`');
  expect(await link(world, sale.id, foreign.id)).toContain(
    `server ${foreign.id} belongs to panel user ${other}, the buyer is ${userId}`,
  );
  expect(await link(world, sale.id, taken!.id)).toContain(`that server is the one of \`${ready.id}\``);
  // Its external id was lost: the database still knows whose it is.
  Object.assign(taken!, { externalId: null, userId });
  expect(await link(world, sale.id, taken!.id)).toContain(`belongs to \`${ready.id}\` already`);
  expect(await link(world, 'no-such-order', foreign.id)).toContain('no order has this id');
  world.panel.faults.keyRevoked = true;
  expect(await link(world, sale.id, foreign.id)).toContain('the panel could not be asked');
  world.panel.faults.keyRevoked = false;
  await nothingLinked(world, sale);
  expect(foreign.externalId).toBeNull();
  await confirmed(world, 'ben', 'provision', { order: sale.id });
  await untilReady(world, sale);
});

it('an order that names a server already: Inspect links it, when it is the right one', async () => {
  const world = held.get();
  const { sale, alert, userId } = await failedOrder(world);
  const server = await makeByHand(world, userId);
  await world.database`update orders set pterodactyl_server_id = ${server.id} where id::text = ${sale.id}`;
  await pressed(world, 'anna', alert, 'retry');
  const named = await until('its alert', () =>
    alertsAbout(world, sale.id).find((one) => textOf(one).includes('already names a server')),
  );
  const told = await pressed(world, 'anna', named, 'inspect');
  const customId = `linkto:${sale.id}:inspect`;
  expect(textOf(told)).not.toContain('"retry:');
  const { anna: personId } = world.discord.people;
  const where = { personId, channelId: told.channelId, messageId: told.id, customId };
  const form = await world.discord.press(where);
  const answer = (fields: Record<string, string>) =>
    world.discord.submitModal({ personId, interactionId: form.id, fields });
  expect(textOf((await answer({ server: 'nyc-1' })).reply ?? undefined)).toContain('named by its number');
  // The number that the order names is filled in.
  const preview = (await answer({})).reply!;
  expect(textOf(preview)).toContain('### Link these two?');
  await pressed(world, 'anna', preview, 'link');
  await untilReady(world, sale);
  expect(await row(world, sale.id)).toMatchObject({ panel_server_id: String(server.id) });
  expect(serversOf(world, sale.id)).toHaveLength(1);
});

it('/link waits while a create is out: the order would end with two servers', async () => {
  const world = held.get();
  const gate = holdCreates(world);
  const sale = await buy(world, { planId: 'terraria-2gb' });
  const made = await until('the create is out', () => serversOf(world, sale.id)[0]);
  const byHand = await makeByHand(world, made.userId);
  expect(await link(world, sale.id, byHand.id)).toContain('a create for this order is out');
  await nothingLinked(world, sale);
  gate.letGo();
  await untilReady(world, sale);
  expect(await row(world, sale.id)).toMatchObject({ panel_server_id: String(made.id) });
  expect(byHand.externalId).toBeNull();
});
