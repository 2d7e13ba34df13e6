import { afterEach, expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { buy, liveMessages, messages, textOf, untilReady } from '../helpers/purchases.ts';
import { alertsAbout, command, failedOrder, pause, resumeAll } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({
  factor: 10,
  installMs: 500,
  timings: { sweepMs: 1_000, snapshotMs: 500 },
  // No order of a slow machine is stuck for that alone.
  env: { DEADLINE_MINUTES: '60' },
});

afterEach(async () => {
  held.get().proxy.faults.down = false;
});

const where = (world: World, person: 'anna' | 'ben' | 'carl' = 'ben') => ({
  personId: world.discord.people[person],
  channelId: world.discord.channels.purchases,
});
const lastAnswer = (world: World) => world.discord.interactions.at(-1)?.reply;
const rows = (said: string) => said.match(/`[^`]+` · `[^`]+` · <t:\d+:R> · `[0-9a-f]{8}`/g) ?? [];

it('/orders leafs through every order a page at a time, in place, also after a restart, for the one who asked', async () => {
  const world = held.get();
  for (let count = 0; count < 12; count += 1) {
    await buy(world, { email: 'lea@leaf.example', serverName: `Leaf ${count}` });
  }
  const first = await command(world, 'ben', 'orders', { customer: 'LEA@leaf.example' });
  expect(rows(first)).toHaveLength(10);
  expect(first).toMatch(/[🔵🟠🟢] `Leaf 11` · `le…@leaf.example`/u);
  expect(first).not.toContain('lea@leaf.example');
  const page = lastAnswer(world)!;
  expect(page.ephemeralFor).toBe(world.discord.people.ben);
  await world.bot.kill();
  await world.bot.start();
  await until('the bot is back', () => world.discord.connectedSessions() > 0);
  const older = /"(orders:[^"]+:[^"-][^":]+:[^"]+)"/.exec(first)?.[1] ?? '';
  expect(older.length).toBeLessThanOrEqual(100);
  await world.discord.press({ ...where(world), messageId: page.id, customId: older });
  await until('the second page', () => textOf(page).includes('`Leaf 0`'));
  expect(rows(textOf(page))).toHaveLength(2);
  expect(textOf(page)).not.toContain('Older');
  const newer = /"(orders:recent:<[^"]+)"/.exec(textOf(page))?.[1] ?? '';
  await world.discord.press({ ...where(world), messageId: page.id, customId: newer });
  await until('the first page again', () => textOf(page).includes('`Leaf 11`'));
  expect(rows(textOf(page))).toHaveLength(10);
  expect(textOf(page)).not.toContain('Newer');
});

it('an order of a list opens like /order, for the one who chose it', async () => {
  const world = held.get();
  const sale = await failedOrder(world, 'terraria-2gb');
  const said = await command(world, 'anna', 'orders', { show: 'failed' });
  expect(said).toContain('🔴 `Broken one`');
  const menu = lastAnswer(world)!;
  const opened = await world.discord.select({
    ...where(world, 'anna'),
    messageId: menu.id,
    customId: 'open:order',
    values: [sale.id],
  });
  for (const words of ['Timeline', 'Attempts', sale.id, `retry:${sale.id}:`])
    expect(textOf(opened.reply ?? undefined)).toContain(words);
  expect(opened.reply?.ephemeralFor).toBe(world.discord.people.anna);
  expect(textOf(menu)).toContain('Broken one');
});

it('/orders says what an empty list means, what is paused, and that nobody bought under a name', async () => {
  const world = held.get();
  expect(await command(world, 'ben', 'orders', { show: 'stuck' })).toContain('Nothing is stuck');
  expect(await command(world, 'ben', 'orders', { show: 'paused' })).toContain('No pause holds');
  const nobody = await command(world, 'ben', 'orders', { customer: 'nobody@leaf.example' });
  expect(nobody).toContain('Nobody bought under `no…@leaf.example`');
  await pause(world, { what: 'region', which: 'us-east' });
  const sale = await buy(world, { region: 'us-east', serverName: 'Patient' });
  await until('paused', () => textOf(liveMessages(world, sale.id)[0]).includes('⏸️'));
  expect(await command(world, 'ben', 'orders', { show: 'paused' })).toContain('⏸️ `Patient`');
  await resumeAll(world);
  await untilReady(world, sale);
});

it('a customer is proposed once, masked, and the choice lists what they bought', async () => {
  const world = held.get();
  for (const serverName of ['Uma 1', 'Uma 2']) await buy(world, { email: 'uma@zoo.example', serverName });
  const choices = await world.discord.autocomplete({
    ...where(world),
    name: 'orders',
    options: { customer: 'uma@' },
    focused: 'customer',
  });
  expect(choices).toHaveLength(1);
  expect(choices[0]?.name).toContain('um…@zoo.example');
  const said = await command(world, 'ben', 'orders', { customer: String(choices[0]?.value) });
  expect(rows(said)).toHaveLength(2);
});

it('who is no staff sees no list, opens nothing and gets no numbers', async () => {
  const world = held.get();
  for (const name of ['orders', 'stats', 'help'])
    expect(await command(world, 'carl', name, {})).toContain('Only <@&');
  const live = messages(world).at(-1)!;
  const outcome = await world.discord.contextMenu({
    ...where(world, 'carl'),
    name: 'Inspect order',
    targetId: live.id,
  });
  expect(textOf(outcome.reply ?? undefined)).toContain('Only <@&');
});

it('"Inspect order" works on a live message and on an alert, and says so on any other', async () => {
  const world = held.get();
  const sale = await failedOrder(world, 'minecraft-4gb');
  const use = (targetId: string) =>
    world.discord.contextMenu({ ...where(world), name: 'Inspect order', targetId });
  for (const target of [liveMessages(world, sale.id)[0]!, alertsAbout(world, sale.id)[0]!]) {
    const { reply } = await use(target.id);
    expect(textOf(reply ?? undefined)).toContain('Timeline');
    expect(textOf(reply ?? undefined)).toContain(sale.id);
    expect(reply?.ephemeralFor).toBe(world.discord.people.ben);
  }
  const chat = world.discord.say({ ...where(world, 'carl'), content: `inspect:${sale.id}:m1.1` });
  expect(textOf((await use(chat.id)).reply ?? undefined)).toContain('no message about an order');
});

it('/inspect shows the order that was typed, lets pick when several fit, and says what it searched when none does', async () => {
  const world = held.get();
  for (const serverName of ['Twin one', 'Twin two']) await buy(world, { serverName });
  expect(await command(world, 'ben', 'inspect', { order: 'Twin one' })).toContain('Timeline');
  const several = await command(world, 'ben', 'inspect', { order: 'twin' });
  expect(several).toContain('2 orders fit `twin`');
  expect(rows(several)).toHaveLength(2);
  expect(await command(world, 'ben', 'inspect', { order: 'no such thing' })).toContain('Nothing found');
});

it('/stats and /help answer in one message each, with the numbers and the version', async () => {
  const world = held.get();
  const sale = await buy(world);
  await untilReady(world, sale);
  await command(world, 'ben', 'stats', { over: '168' });
  const reply = lastAnswer(world)!;
  await until('the numbers', () => textOf(reply).includes('The last 7 days'));
  for (const words of ['% ready', 'half within', 'incident']) expect(textOf(reply)).toContain(words);
  const [picture] = reply.attachments;
  expect(picture).toMatchObject({ filename: 'stats.png', contentType: 'image/png' });
  expect(Buffer.from(picture!.bytes).subarray(1, 4).toString()).toBe('PNG');
  expect(textOf(reply)).toContain('as a chart. Games bought:');
  const help = await command(world, 'ben', 'help', {});
  for (const words of ['Orderly 0.', '`/orders`', 'Inspect order', 'oauth2/authorize?client_id='])
    expect(help).toContain(words);
});

it('a page that cannot be had keeps the one that is there and says why', async () => {
  const world = held.get();
  await command(world, 'ben', 'orders', {});
  const page = lastAnswer(world)!;
  const before = textOf(page);
  world.proxy.faults.down = true;
  const customId = /"(orders:[^"]+)"/.exec(before)?.[1] ?? '';
  const outcome = await world.discord.press({ ...where(world), messageId: page.id, customId });
  await until('the reason', () => textOf(outcome.followups[0]).includes('database did not answer'), 20_000);
  expect(textOf(page)).toBe(before);
});
