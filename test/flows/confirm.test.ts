import { afterEach, expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { makeByHand } from '../helpers/panel.ts';
import { buy, liveMessages, row, type Sale, serversOf, textOf, untilReady } from '../helpers/purchases.ts';
import { actionsOn, command, pressed, sure, untilAlert } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 8, installMs: 500, timings: { sweepMs: 1_000, snapshotMs: 500 } });

afterEach(() => {
  const { panel, proxy, discord } = held.get();
  Object.assign(panel.faults, { down: false });
  Object.assign(proxy.faults, { down: false, slowMs: 0 });
  discord.faults.oldEdits = false;
});

/** An order that failed for its plan, which is mended by now. */
async function failedOrder(world: World, what: { serverName?: string; email?: string } = {}): Promise<Sale> {
  await world.database`update plans set egg = 999 where id = 'terraria-2gb'`;
  const sale = await buy(world, { planId: 'terraria-2gb', ...what });
  await until('failed', async () => (await row(world, sale.id)).incident_id !== null, 30_000);
  await world.database`update plans set egg = 4 where id = 'terraria-2gb'`;
  await until('a red message', () => textOf(liveMessages(world, sale.id)[0]).includes('🔴'));
  return sale;
}

const answerTo = (world: World, name: string) =>
  world.discord.interactions.findLast((one) => one.name === name && one.reply)!.reply!;

function open(world: World, name: string, id: RegExp) {
  const message = answerTo(world, name);
  const customId = id.exec(textOf(message))?.[1] ?? '';
  const where = { personId: world.discord.people.anna, channelId: message.channelId };
  return world.discord.press({ ...where, messageId: message.id, customId });
}
const send = (world: World, interactionId: string, answer: string) =>
  world.discord.submitModal({
    personId: world.discord.people.anna,
    interactionId,
    fields: { answer },
  });

it('/close shows what it closes, Cancel leaves it, and a form that was opened before a restart still closes it', async () => {
  const world = held.get();
  const sale = await failedOrder(world, { serverName: 'Tea @everyone', email: 'tea@time.example' });
  const said = await command(world, 'anna', 'close', { order: sale.id });
  for (const words of ['`Tea @everyone`', 'te…@time.example', 'No money goes back', '14.99', 'no server'])
    expect(said).toContain(words);
  const cancelled = await open(world, 'close', /"(cancel:[^"]+)"/);
  expect(cancelled.state).toBe('answered');
  expect(textOf(answerTo(world, 'close'))).toContain('Nothing was done');
  expect(await actionsOn(world, sale.id)).toEqual([]);
  await command(world, 'anna', 'close', { order: sale.id });
  const form = await open(world, 'close', /"(close:[^"]+)"/);
  expect(JSON.stringify(form.modal)).toContain('nothing more is done');
  await world.bot.kill();
  await world.bot.start();
  await until('the bot is back', () => world.discord.connectedSessions() > 0);
  const sent = await send(world, form.id, 'the customer @here left');
  expect(textOf(sent.reply ?? undefined)).toContain('⚫ Closed');
  expect((await row(world, sale.id)).close_reason).toBe('closed by Anna: the customer @here left');
  const again = await open(world, 'close', /"(close:[^"]+)"/);
  expect(again.modal).toBeNull();
  expect(textOf(again.reply ?? undefined)).toContain('The purchase is closed: `closed by Anna');
});

it('/provision shows the node and its room, and does nothing before it is pressed', async () => {
  const world = held.get();
  const sale = await failedOrder(world);
  const said = await command(world, 'anna', 'provision', { order: sale.id, node: 'nyc-1' });
  expect(said).toMatch(/📍 On `nyc-1`: \d+\.\d GB memory, \d+\.\d GB disk, \d+ ports free/);
  expect(said).toContain('"Provision on nyc-1"');
  expect(said).toContain(`"provision:${sale.id}:3"`);
  expect(await command(world, 'anna', 'provision', { order: sale.id })).toMatch(/📍 On `fra-[12]`/);
  const nodes = world.panel.state.nodes;
  for (const node of nodes) node.memoryMib = 512;
  const full = await until('a fresh look', async () => {
    const text = await command(world, 'anna', 'provision', { order: sale.id });
    return text.includes('it would fail') && text;
  });
  expect(full).toContain('of 0.5 GB memory free, 2 needed');
  for (const node of nodes) node.memoryMib = 64 * 1024;
  expect(serversOf(world, sale.id)).toEqual([]);
  expect(await actionsOn(world, sale.id)).toEqual([]);
  expect(await sure(world, 'anna', answerTo(world, 'provision'), /"(provision:[^"]+)"/, '')).toContain(
    'Retrying now',
  );
  await untilReady(world, sale, 30_000);
  const ready = await command(world, 'anna', 'provision', { order: sale.id });
  expect(ready).toContain('there and ready, retried by `Anna`');
  expect(ready).not.toContain('"provision:');
});

it('/link names the order and the server before it ties them, and Retry says on the messages who pressed it', async () => {
  const world = held.get();
  const sale = await failedOrder(world);
  const server = await makeByHand(world, Number((await row(world, sale.id)).panel_user_id));
  const said = await command(world, 'anna', 'link', { order: sale.id, server: server.id });
  for (const words of [`Server ${server.id} `, '`by hand`', '`Friday crew`', 'is the buyer'])
    expect(said).toContain(words);
  expect(await row(world, sale.id)).toMatchObject({ panel_server_id: null });
  expect(await sure(world, 'anna', answerTo(world, 'link'), /"(link:[^"]+)"/, '')).toContain('Linked');
  await untilReady(world, sale);
  expect(textOf(liveMessages(world, sale.id)[0])).toContain('🔗 Linked by `Anna` <t:');
});

it('an alert says who pressed Retry all, while it is still open', async () => {
  const world = held.get();
  world.panel.faults.down = true;
  const sales = [await buy(world), await buy(world)];
  const alert = await untilAlert(world, 'The panel does not answer', 30_000);
  await until('both under it', () => textOf(alert).includes('2 orders'));
  await pressed(world, 'ben', alert, 'retryall');
  await until('who it was', () => /🔁 Retry by `Ben` <t:\d+:R>/.test(textOf(alert)));
  expect(textOf(alert)).toContain('🔴');
  world.panel.faults.down = false;
  for (const sale of sales) await untilReady(world, sale, 40_000);
}, 80_000);

it('no form is opened while the database is away, and one of another version does nothing', async () => {
  const world = held.get();
  const sale = await failedOrder(world);
  await command(world, 'anna', 'close', { order: sale.id });
  world.proxy.faults.down = true;
  const refused = await open(world, 'close', /"(close:[^"]+)"/);
  expect(refused.modal).toBeNull();
  expect(textOf(refused.reply ?? undefined)).toContain('Press again');
  world.proxy.faults.down = false;
  const form = await open(world, 'close', /"(close:[^"]+)"/);
  form.modal!.customId = `sure:sell:${sale.id}:-`;
  const foreign = await send(world, form.id, 'because');
  expect(textOf(foreign.reply ?? undefined)).toContain('another version of Orderly');
  expect((await row(world, sale.id)).closed_at).toBeNull();
});

it('Retry on a message of a year ago, after a restart, makes the server and says so where it can be read', async () => {
  const world = held.get();
  const sale = await failedOrder(world);
  const old = liveMessages(world, sale.id)[0]!;
  await until('nothing is left to write', async () => {
    const behind = await world.database`select from orderly_messages where shown_version < wanted_version`;
    return behind.length === 0;
  });
  await world.bot.kill();
  await world.database`update orderly_purchases set created_at = created_at - interval '1 year', bought_at = bought_at - interval '1 year',
    paid_at = paid_at - interval '1 year', failed_at = failed_at - interval '1 year' where id = ${sale.id}`;
  await world.database`update orderly_messages set shown_at = shown_at - interval '1 year' where subject = ${sale.id}`;
  world.discord.faults.oldEdits = true;
  await world.bot.start();
  await until('the bot is back', () => world.discord.connectedSessions() > 0);
  expect(textOf(await pressed(world, 'anna', old, 'retry'))).toContain('Retrying now');
  await untilReady(world, sale, 40_000);
  expect(serversOf(world, sale.id)).toHaveLength(1);
  const shown = liveMessages(world, sale.id).at(-1);
  expect(shown?.id).not.toBe(old.id);
  expect(textOf(shown)).toContain('🔁 Retry by `Anna`');
}, 80_000);
