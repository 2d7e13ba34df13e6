import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import type { SimMessage } from '../../sandbox/discord/index.ts';
import type { CheckoutOptions } from '../../sandbox/stripe/stripe.ts';
import { until, type World } from '../../sandbox/world.ts';
import {
  alerts,
  liveMessages,
  purchaseOf,
  row,
  type Sale,
  serversOf,
  textOf,
  untilReady,
} from '../helpers/purchases.ts';
import { actionsOn, alertsAbout, command, confirmed, type Person, pressed } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({
  factor: 8,
  installMs: 500,
  timings: { sweepMs: 1_000, snapshotMs: 500, undeliveredMs: 1e9, sessionsMs: 1e9 },
});

/** The one buyer of the sandbox whom the site knows. */
const KNOWN = { id: '7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21', email: 'buyer@example.com' };
const WHOLE = { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' };

afterEach(() => {
  Object.assign(held.get().stripe.faults, { apiDown: false, apiSlowMs: 0 });
});

/** A paid session that can't become an order, with its alert. */
async function rejected(world: World, what: Partial<CheckoutOptions>) {
  const userId = randomUUID();
  const options = { planId: 'among-us-1gb', region: 'eu-west', userId, email: `${userId}@example.com` };
  const { sessionId } = await world.stripe.checkout({ ...options, ...what });
  const sale = await purchaseOf(world, sessionId);
  const alert = await until('an alert', () => alertsAbout(world, sale.id)[0]);
  await until('a red message', () => live(world, sale).includes('Paid, but no order'));
  return { sale, alert };
}

const live = (world: World, sale: Sale) => textOf(liveMessages(world, sale.id)[0]);

/** Presses a button that opens a form. */
function open(world: World, person: Person, message: SimMessage, action: string) {
  const customId = new RegExp(`"(${action}:[^"]+)"`).exec(textOf(message))?.[1] ?? `no ${action}`;
  const where = { personId: world.discord.people[person], channelId: message.channelId };
  return world.discord.press({ ...where, messageId: message.id, customId });
}

async function send(
  world: World,
  form: Awaited<ReturnType<typeof open>>,
  fields: Record<string, string | string[]>,
) {
  const { id: interactionId, personId } = form;
  const sent = await world.discord.submitModal({ personId, interactionId, fields });
  return { text: textOf(sent.reply ?? undefined), message: sent.reply! };
}

it('a paid subscription that says nothing is completed from its alert, and goes the way of any other', async () => {
  const world = held.get();
  const { sale, alert } = await rejected(world, { metadata: {}, email: KNOWN.email });
  for (const text of [textOf(alert), live(world, sale)]) {
    expect(text).toContain(`"complete:${sale.id}:`);
    expect(text).toContain(`"notours:${sale.id}:`);
    expect(text).not.toContain('"retry:');
  }
  expect(textOf(await pressed(world, 'ben', alert, 'inspect'))).toContain(`"complete:${sale.id}:inspect"`);
  const form = await open(world, 'anna', alert, 'complete');
  // All that a person has to type at night is there: the user by the checkout's e-mail, the rest from menus.
  expect(JSON.stringify(form.modal)).toContain(`"value":"${KNOWN.id}"`);
  const { text } = await send(world, form, { ...WHOLE, server_name: ' Night \u202e shift ' });
  expect(text).toContain('The order is made');
  await untilReady(world, sale);
  await until('the alert is over', () => textOf(alert).includes('🟢 Over'));
  expect(textOf(alert)).toContain('completed by Anna');
  expect(live(world, sale)).toContain('🧾 Completed by `Anna` <t:');
  expect(serversOf(world, sale.id).map(({ name }) => name)).toEqual(['Night shift']);
  expect(await row(world, sale.id)).toMatchObject({
    ...{ user_id: KNOWN.id, plan_id: 'among-us-1gb', server_name: 'Night shift' },
  });
  expect(await actionsOn(world, sale.id)).toMatchObject([
    { actor_name: 'Anna', action: 'complete', outcome: 'completed' },
  ]);
});

it('a wrong plan: what still does not fit is said, and the same answer opens the form again', async () => {
  const world = held.get();
  const { sale, alert } = await rejected(world, { planId: 'quake-1gb' });
  expect(textOf(alert)).toContain(`"retry:${sale.id}:`);
  const form = await open(world, 'ben', liveMessages(world, sale.id)[0]!, 'complete');
  expect(JSON.stringify(form.modal)).toContain('The checkout said \\"quake-1gb\\"');
  // Region and term are filled in, and so is the user, whom only the checkout knows.
  const refused = await send(world, form, { plan_id: 'among-us-1gb', term: 'yearly' });
  expect(refused.text).toContain('No order was made: `plan ˋamong-us-1gbˋ'.replaceAll('ˋ', '\\"'));
  expect(await row(world, sale.id)).toMatchObject({ problem_code: 'unknown_plan', plan_id: 'quake-1gb' });
  const again = await open(world, 'ben', refused.message, 'complete');
  const { text } = await send(world, again, { plan_id: 'among-us-1gb' });
  expect(text).toContain('The order is made');
  await untilReady(world, sale);
  const [note] = await world.database`
    select detail, actor from orderly_timeline where purchase_id = ${sale.id} and kind = 'completed'`;
  expect(note).toEqual({ detail: 'plan_id among-us-1gb', actor: 'Ben' });
  const late = await open(world, 'ben', refused.message, 'complete');
  expect(late.modal).toBeNull();
  expect(textOf(late.reply ?? undefined)).toContain('It is an order already');
});

it('/provision of such a purchase offers the form, which works when the bot was killed while it was filled in', async () => {
  const world = held.get();
  const metadata = { user_id: 'user-17', item_type: 'game', ...WHOLE, server_name: 'Tea time' };
  const { sale, alert } = await rejected(world, { metadata });
  // It names a plan of ours: whose else should it be?
  expect(textOf(alert)).not.toContain('"notours:');
  expect(await command(world, 'anna', 'provision', { order: sale.id })).toContain('It can be completed');
  const preview = world.discord.interactions.findLast(({ name }) => name === 'provision')!.reply!;
  const answers: [user: string, says: string][] = [
    ['user-17', 'the user id is not a UUID'],
    [randomUUID(), 'the site has no user with this id'],
  ];
  for (const [user_id, says] of answers) {
    const form = await open(world, 'anna', preview, 'complete');
    expect((await send(world, form, { user_id })).text).toContain(says);
  }
  const form = await open(world, 'anna', preview, 'complete');
  await world.bot.kill();
  await world.bot.start();
  await until('the bot is back', () => world.discord.connectedSessions() > 0);
  expect((await send(world, form, { user_id: ` ${KNOWN.id.toUpperCase()} ` })).text).toContain(
    'The order is made',
  );
  await untilReady(world, sale);
  expect(await row(world, sale.id)).toMatchObject({ user_id: KNOWN.id, server_name: 'Tea time' });
  const outcomes = (await actionsOn(world, sale.id)).map(({ outcome }) => outcome);
  expect(outcomes).toEqual(['still_rejected', 'still_rejected', 'completed']);
});

it('what is not ours is closed with its product named, and its next sale alerts nobody', async () => {
  const world = held.get();
  const { sale, alert } = await rejected(world, { metadata: {}, planId: 'hoodie' });
  world.stripe.faults.apiDown = true;
  const blind = await open(world, 'anna', alert, 'notours');
  expect(JSON.stringify(blind.modal)).toContain('Stripe is asked for its products when you send this');
  const short = sale.id.slice(0, 8);
  expect((await send(world, blind, { answer: short })).text).toContain(
    'which product it is could not be read',
  );
  world.stripe.faults.apiDown = false;
  const form = await open(world, 'anna', alert, 'notours');
  expect(JSON.stringify(form.modal)).toContain('(prod_hoodie)');
  expect((await send(world, form, { answer: 'deadbeef' })).text).toContain('Nothing was done');
  // Longer than a press is waited for, which in fast time is two seconds of the machine's.
  world.stripe.faults.apiSlowMs = 18_000;
  expect(JSON.stringify((await open(world, 'ben', alert, 'notours')).modal)).toContain('Stripe is asked');
  const { message } = await send(world, form, { answer: short });
  await until('its answer', () => textOf(message).includes('⚫ Closed. What is sold of `prod_hoodie`'));
  world.stripe.faults.apiSlowMs = 0;
  await until('the alert is over', () => textOf(alert).includes('🟢 Over'));
  expect(textOf(alert)).toContain('closed by Anna');
  await until('a closed message', () => live(world, sale).includes('closed by Anna: not ours'));
  const before = alerts(world).length;
  const { eventId, sessionId } = await world.stripe.checkout({
    planId: 'hoodie',
    region: 'eu-west',
    metadata: {},
  });
  await until('it is ignored', async () => {
    const [event] = await world.database`select state from orderly_events where id = ${eventId}`;
    return event?.state === 'ignored';
  });
  // What cannot be known is still told.
  const other = await rejected(world, { metadata: {}, planId: 'mug' });
  expect(alerts(world)).toHaveLength(before + 1);
  expect(await actionsOn(world, sale.id)).toMatchObject([{ action: 'not_ours', outcome: 'not_ours_now' }]);
  expect(live(world, other.sale)).toContain('"notours:');
  // It was ours after all.
  await world.database`update orderly_settings set value = value - 'prod_hoodie' where key = 'ignored_products'`;
  expect(await confirmed(world, 'anna', 'provision', { order: sessionId })).toContain('Stripe is asked');
  const brought = await purchaseOf(world, sessionId);
  expect(textOf(await until('its alert', () => alertsAbout(world, brought.id)[0]))).toContain('"complete:');
});

it('somebody without the right opens no form, and that is recorded once', async () => {
  const world = held.get();
  const { sale, alert } = await rejected(world, { metadata: {}, planId: 'poster' });
  for (const [person, action] of [
    ['carl', 'complete'],
    ['dora', 'notours'],
  ] as const) {
    const refused = await open(world, person, alert, action);
    expect(refused.modal).toBeNull();
    expect(textOf(refused.reply ?? undefined)).toContain('may do this');
    const kept = await until('it is recorded', async () => {
      const rows = await world.database`
        select action, actor_name from orderly_staff_actions where interaction_id = ${refused.id}`;
      return rows.length > 0 && rows;
    });
    expect(kept.map((one) => String(one.action))).toEqual(['refused']);
  }
  expect(await row(world, sale.id)).toMatchObject({ order_id: null, closed_at: null });
});
