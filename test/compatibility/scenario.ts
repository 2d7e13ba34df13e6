import { randomUUID } from 'node:crypto';
import { until, type World } from '../../sandbox/world.ts';
import { makeByHand } from '../helpers/panel.ts';
import {
  alerts,
  buy,
  messages,
  purchaseOf,
  row,
  type Sale,
  sell,
  textOf,
  untilReady,
} from '../helpers/purchases.ts';
import { choose, goTo, openSetup, press } from '../helpers/setup.ts';
import { command, confirmed, pause, pressed, resumeAll, untilAlert } from '../helpers/staff.ts';

type Change = (sql: string) => Promise<void>;

/** A day in the life of the product: every function of the database is called at least once, most of them for good reason. */
export async function playAll(world: World, change: Change): Promise<void> {
  for (const play of [sales, failures, staffActs, lostDeliveries, settings, outages]) {
    await play(world, change);
    console.log(`  ${play.name} ✓`);
  }
}

async function sales(world: World): Promise<void> {
  const first = await buy(world, { serverName: 'Friday crew' });
  await untilReady(world, first);
  const again = await buy(world, { planId: 'terraria-2gb', region: 'us-east' });
  await untilReady(world, again);
  const unpaid = await world.stripe.checkout({
    ...buyer(),
    planId: 'among-us-1gb',
    region: 'eu-west',
    paymentStatus: 'unpaid',
  });
  const waiting = await purchaseOf(world, unpaid.sessionId);
  await world.stripe.asyncPayment(unpaid.sessionId, 'succeeded');
  await untilReady(world, waiting);
  await world.stripe.refund(first.sessionId, { full: true });
  await until('the refund', async () => (await world.database`select from orderly_stops`).length > 0);
  await fetch(`${world.botUrl}/stripe-webhook`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  const body = JSON.stringify({ order_id: again.id });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${world.keys.service}` };
  await fetch(`${world.botUrl}/servers-provision`, { method: 'POST', body, headers });
  await fetch(`${world.botUrl}/readyz`);
}

async function failures(world: World, change: Change): Promise<void> {
  await change(`update plans set egg = 999 where id = 'minecraft-4gb'`);
  const failed = await buy(world, { planId: 'minecraft-4gb' });
  const alert = await untilAlert(world, 'minecraft-4gb');
  await pressed(world, 'anna', alert, 'inspect');
  await pressed(world, 'anna', alert, 'ack');
  await change(`update plans set egg = 1 where id = 'minecraft-4gb'`);
  await pressed(world, 'anna', alert, 'retry');
  await until(
    'it went on',
    async () => (await row(world, failed.id)).egg !== 999 && (await row(world, failed.id)).creates_sent !== 0,
  );
  world.panel.faults.wings = { 1: 'down' };
  await untilReady(world, await buy(world), 40_000);
  world.panel.faults.wings = {};
  world.panel.faults.cutAfterCreate = true;
  const cut = await buy(world);
  await until('it is not known', async () => (await row(world, cut.id)).failure_code === 'create_unsure');
  world.panel.faults.cutAfterCreate = false;
  await untilReady(world, cut, 40_000);
  world.panel.faults.rateLimited = true;
  const limited = await buy(world);
  await until('it waits', async () => (await row(world, limited.id)).failure_code !== null);
  world.panel.faults.rateLimited = false;
  await untilReady(world, limited, 40_000);
  world.panel.faults.installFails = true;
  const broken = await buy(world);
  await until('a failed install', async () => (await row(world, broken.id)).install === 'failed', 30_000);
  world.panel.faults.installFails = false;
  await reinstall(world, broken);
  await untilReady(world, broken, 40_000);
}

async function staffActs(world: World, change: Change): Promise<void> {
  await pause(world, { what: 'panel' });
  const waiting = await buy(world);
  await until('it is held', async () => (await row(world, waiting.id)).paused_by !== null);
  await resumeAll(world);
  await untilReady(world, waiting, 40_000);
  await change(`update plans set egg = 999 where id = 'terraria-2gb'`);
  const closing = await buy(world, { planId: 'terraria-2gb' });
  const linking = await buy(world, { planId: 'terraria-2gb' });
  await until('both failed', async () => {
    const both = await Promise.all([closing, linking].map(({ id }) => row(world, id)));
    return both.every(({ failure_code }) => failure_code !== null);
  });
  await change(`update plans set egg = 4 where id = 'terraria-2gb'`);
  await confirmed(world, 'anna', 'close', { order: closing.id }, 'a test');
  const server = await makeByHand(world, Number((await row(world, linking.id)).panel_user_id));
  await confirmed(world, 'anna', 'link', { order: linking.id, server: server.id });
  await untilReady(world, linking, 40_000);
  for (const name of ['orders', 'stats', 'stock', 'help', 'drill']) await command(world, 'anna', name, {});
  await command(world, 'anna', 'order', { order: linking.id });
  await command(world, 'anna', 'inspect', { order: linking.id });
  await command(world, 'anna', 'oncall', { action: 'take' });
  await command(world, 'anna', 'oncall', { action: 'leave' });
  await command(world, 'anna', 'oncall', {});
  const where = { personId: world.discord.people.anna, channelId: world.discord.channels.purchases };
  await world.discord.autocomplete({
    ...where,
    name: 'order',
    options: { order: 'Friday' },
    focused: 'order',
  });
}

async function lostDeliveries(world: World): Promise<void> {
  world.stripe.faults.deliveryPaused = true;
  const { sessionId } = await sell(world);
  await untilReady(world, await purchaseOf(world, sessionId), 40_000);
  world.stripe.faults.deliveryPaused = false;
  world.stripe.faults.endpointOldVersion = true;
  await untilReady(world, await buy(world), 40_000);
  world.stripe.faults.endpointOldVersion = false;
  world.stripe.faults.thinPayloads = true;
  await sell(world);
  await until('a warning', () => messages(world).some((message) => textOf(message).includes('thin payload')));
  world.stripe.faults.thinPayloads = false;
}

async function settings(world: World): Promise<void> {
  const page = await openSetup(world, 'emil');
  await choose(world, 'emil', page, 'alertChannelId', [world.discord.channels.alerts]);
  await choose(world, 'emil', page, 'alertChannelId', []);
  await goTo(world, 'emil', page, 'check');
  await press(world, 'emil', page, 'setup:test');
}

async function outages(world: World, change: Change): Promise<void> {
  world.discord.faults.down = true;
  await change(`update plans set egg = 999 where id = 'valheim-8gb'`);
  await sell(world, { planId: 'valheim-8gb' });
  await until('a page', () => world.receiver.pages.length > 0, 40_000);
  world.discord.faults.down = false;
  const { length } = alerts(world);
  await until('its alert', () => alerts(world).length > length, 40_000);
}

async function reinstall(world: World, sale: Sale): Promise<void> {
  const message = await until('its Retry', () =>
    messages(world).find((one) => textOf(one).includes(`"retry:${sale.id}`)),
  );
  const asking = await pressed(world, 'anna', message, 'retry');
  const customId = /"(reinstall:[^"]+)"/.exec(textOf(asking))?.[1] ?? '';
  const personId = world.discord.people.anna;
  const opened = await world.discord.press({
    personId,
    channelId: message.channelId,
    messageId: asking.id,
    customId,
  });
  await world.discord.submitModal({
    personId,
    interactionId: opened.id,
    fields: { answer: sale.id.slice(0, 8) },
  });
}

function buyer() {
  const userId = randomUUID();
  return { userId, email: `${userId.slice(0, 8)}@example.com` };
}
