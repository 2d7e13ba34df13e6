import { expect, it } from 'vitest';
import type { SimMessage } from '../../sandbox/discord/index.ts';
import { until, type World } from '../../sandbox/world.ts';
import { buy, liveMessages, row, type Sale, serversOf, textOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 8, installMs: 500, timings: { sweepMs: 1_000, snapshotMs: 500 } });

/** One order each: of two that share a cause, the one that gets through would bring the other along. */
const PLANS = ['among-us-1gb', 'terraria-2gb', 'minecraft-4gb', 'valheim-8gb'];

/** Orders that failed for their plans, which are mended by now: nothing goes on before somebody presses. */
async function failedOrders(world: World): Promise<Sale[]> {
  await world.database`update plans set egg = egg + 900`;
  const sales = await Promise.all(PLANS.map((planId) => buy(world, { planId })));
  for (const sale of sales)
    await until('a red message', () => textOf(liveMessages(world, sale.id)[0]).includes('retry:'), 30_000);
  await world.database`update plans set egg = egg - 900`;
  return sales;
}

function pressRetry(world: World, sale: Sale, personId: string) {
  const message = liveMessages(world, sale.id)[0]!;
  const customId = /"(retry:[^"]+)"/.exec(textOf(message))?.[1] ?? '';
  return world.discord.press({ personId, channelId: message.channelId, messageId: message.id, customId });
}

/** Presses that were recorded, by interaction. */
async function recorded(world: World, ids: string[]) {
  const rows = await world.database`
    select interaction_id as id, target, outcome from orderly_staff_actions where interaction_id = any(${ids})`;
  return rows.map((one) => ({
    id: String(one.id),
    target: String(one.target),
    outcome: String(one.outcome),
  }));
}

const retries = async (world: World, sale: Sale) => {
  const rows = await world.database`
    select from orderly_timeline where purchase_id = ${sale.id} and kind in ('retry', 'reinstall')`;
  return rows.length;
};

/**
 * kill -9 when the nth press is in the database's hands: before it got there, or when it has recorded it. Settles when every press that
 * got there is through.
 */
async function killAt(world: World, nth: number, when: 'before' | 'after'): Promise<void> {
  const killed = Promise.withResolvers<void>();
  const count = { before: 0, after: 0 };
  let arrived = 0;
  const forget = world.proxy.onRequest(async (request) => {
    if (!request.path.includes('/rpc/orderly_act')) return;
    count[request.when] += 1;
    if (request.when === 'before' && !world.proxy.faults.down) arrived += 1;
    if (request.when !== when || count[when] !== nth) return;
    if (when === 'before') arrived -= 1;
    world.proxy.faults.down = true;
    await world.bot.kill();
    killed.resolve();
  });
  await killed.promise;
  await until('all that arrived is through', () => count.after === arrived);
  forget();
}

async function startAgain(world: World) {
  world.proxy.faults.down = false;
  await world.bot.start();
  await until('the bot is back', () => world.discord.connectedSessions() > 0);
}

it.each([
  [1, 'before'],
  [2, 'after'],
  [3, 'before'],
  [4, 'after'],
] as const)(
  'when the bot is killed at press %i, %s it is recorded, each press is done once or can be pressed again',
  async (nth, when) => {
    const world = held.get();
    const sales = await failedOrders(world);
    const killed = killAt(world, nth, when);
    const { anna } = world.discord.people;
    const outcomes = await Promise.all(sales.map((sale) => pressRetry(world, sale, anna)));
    await killed;
    const kept = await recorded(
      world,
      outcomes.map(({ id }) => id),
    );
    const lost = outcomes.filter(({ id }) => !kept.some((one) => one.id === id));
    for (const one of lost) expect(one).toMatchObject({ state: 'failed', reply: null });
    await startAgain(world);
    for (const sale of sales) {
      const wasKept = kept.some(({ target }) => target === sale.id);
      if (!wasKept) {
        expect(await retries(world, sale)).toBe(0);
        const again = await pressRetry(world, sale, anna);
        expect(textOf(again.reply ?? undefined)).toContain('Retrying');
      }
      await untilReady(world, sale, 30_000);
      expect(await retries(world, sale)).toBe(1);
      expect(serversOf(world, sale.id)).toHaveLength(1);
    }
    expect(kept.length + lost.length).toBe(sales.length);
    expect(kept.every(({ outcome }) => outcome === 'retrying')).toBe(true);
  },
  90_000,
);

it('a form that was sent when the bot was killed is done once, or can be sent again from its button', async () => {
  const world = held.get();
  world.panel.faults.installFails = true;
  const sales = [await buy(world), await buy(world), await buy(world)];
  for (const sale of sales)
    await until('a failed install', async () => (await row(world, sale.id)).install === 'failed', 30_000);
  world.panel.faults.installFails = false;
  const asking: SimMessage[] = [];
  for (const sale of sales) {
    await until('its Retry', () => textOf(liveMessages(world, sale.id)[0]).includes('retry:'));
    asking.push((await pressRetry(world, sale, world.discord.people.ben)).reply!);
  }
  const killed = killAt(world, 2, 'after');
  const sent = await Promise.all(asking.map((message) => sendReinstall(world, message)));
  await killed;
  const kept = await recorded(
    world,
    sent.map(({ id }) => id),
  );
  await startAgain(world);
  for (const [index, sale] of sales.entries()) {
    const isKept = kept.some(({ target }) => target === sale.id);
    if (!isKept) {
      expect(sent[index]).toMatchObject({ state: 'failed', reply: null });
      const again = await sendReinstall(world, asking[index]!);
      expect(textOf(again.reply ?? undefined)).toContain('The install runs again');
    }
    await untilReady(world, sale, 30_000);
    const [server] = serversOf(world, sale.id);
    const path = `/servers/${server?.id}/reinstall`;
    const taken = world.panel.requests.filter((one) => one.path.includes(path) && (one.status ?? 500) < 300);
    expect(taken).toHaveLength(1);
  }
}, 90_000);

async function sendReinstall(world: World, message: SimMessage) {
  const personId = world.discord.people.ben;
  const customId = /"(reinstall:[^"]+)"/.exec(textOf(message))?.[1] ?? '';
  const where = { personId, channelId: message.channelId, messageId: message.id, customId };
  const opened = await world.discord.press(where);
  const answer = customId.split(':')[1]!.slice(0, 8);
  return world.discord.submitModal({ personId, interactionId: opened.id, fields: { answer } });
}
