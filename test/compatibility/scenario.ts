import { randomUUID } from 'node:crypto';
import { until, type World } from '../../sandbox/world.ts';
import { makeByHand } from '../helpers/panel.ts';
import { buy, messages, purchaseOf, row, type Sale, sell, textOf, untilReady } from '../helpers/purchases.ts';
import { choose, goTo, openSetup, press } from '../helpers/setup.ts';
import {
  alertsAbout,
  command,
  confirmed,
  pause,
  pressed,
  resumeAll,
  sure,
  untilAlert,
} from '../helpers/staff.ts';
import { erasure, outages, takeover } from './scenario-ends.ts';

export type Change = (sql: string) => Promise<void>;

/** A day in the life of the product: every function of the database is called at least once, most of them for good reason. */
export async function playAll(world: World, change: Change): Promise<void> {
  for (const play of [
    ...[sales, failures, staffActs, searches, lostDeliveries, completion],
    ...[settings, outages, takeover, erasure],
  ]) {
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
  for (const name of ['orders', 'stats', 'stock', 'help', 'drill']) await asked(world, name);
  await asked(world, 'order', { order: linking.id });
  await asked(world, 'inspect', { order: linking.id });
  await asked(world, 'oncall', { action: 'take' });
  await asked(world, 'oncall', { action: 'leave' });
  await asked(world, 'oncall');
  const where = { personId: world.discord.people.anna, channelId: world.discord.channels.purchases };
  await world.discord.autocomplete({
    ...where,
    name: 'order',
    options: { order: 'Friday' },
    focused: 'order',
  });
}

/** What went wrong before is looked up, and what helped is noted. */
async function searches(world: World): Promise<void> {
  const where = { personId: world.discord.people.anna, channelId: world.discord.channels.purchases };
  await asked(world, 'incidents', { show: 'attempts' });
  await asked(world, 'incidents', { code: 'egg_missing' });
  const page = world.discord.interactions.findLast(({ name }) => name === 'incidents')?.reply ?? undefined;
  const incident = /#(\d+)\]/.exec(textOf(page))?.[1] ?? '';
  const messageId = page?.id ?? '';
  const opened = await world.discord.select({
    ...{ ...where, messageId, customId: 'open:incident', values: [incident] },
  });
  if (!opened.reply) throw new Error('the incident was not opened');
  await sure(world, 'anna', opened.reply, /"(helped:[^"]+)"/, 'put the egg back');
  const options = { plan: 'mine' };
  await world.discord.autocomplete({ ...where, name: 'incidents', options, focused: 'plan' });
}

/** What was paid without saying for what is completed by a person. */
async function completion(world: World): Promise<void> {
  const { sessionId } = await world.stripe.checkout({
    ...{ ...buyer(), planId: 'among-us-1gb', region: 'eu-west', metadata: {}, email: KNOWN.email },
  });
  const sale = await purchaseOf(world, sessionId);
  const alert = await until('an alert', () => alertsAbout(world, sale.id)[0]);
  const customId = /"(complete:[^"]+)"/.exec(textOf(alert))?.[1] ?? '';
  const personId = world.discord.people.anna;
  const opened = await world.discord.press({
    ...{ personId, channelId: alert.channelId, messageId: alert.id, customId },
  });
  const fields = { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' };
  await world.discord.submitModal({ personId, interactionId: opened.id, fields });
  await untilReady(world, sale, 40_000);
}

/** The one buyer of the sandbox whom the site knows. */
const KNOWN = { email: 'buyer@example.com' };

/** A busy machine may miss Discord's three seconds, as while it draws the picture of `/stats`: then it is asked again. */
async function asked(world: World, name: string, options: Record<string, string> = {}): Promise<void> {
  await until(`/${name} is answered`, () => command(world, 'anna', name, options).catch(() => null), 60_000);
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
