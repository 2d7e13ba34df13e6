import { afterEach, expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { makeByHand } from '../helpers/panel.ts';
import { buy, liveMessages, row, textOf, untilReady } from '../helpers/purchases.ts';
import { actionsOn, alertsAbout, command, pressed } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 10, installMs: 500, timings: { sweepMs: 1_000, snapshotMs: 500 } });

/** Longer than a press is waited for, which in fast time is two seconds of the machine's. */
const TOO_SLOW_MS = 24_000;

afterEach(() => {
  const { discord, panel } = held.get();
  discord.faults.slowMs = 0;
  panel.faults.slowMs = 0;
});

const where = (world: World) => ({
  personId: world.discord.people.anna,
  channelId: world.discord.channels.purchases,
});

/** An order that failed for its plan, which is mended by now. Each plan once: orders of one cause share an alert. */
async function failedOrder(world: World, planId: string) {
  const [plan] = await world.database`select egg from plans where id = ${planId}`;
  await world.database`update plans set egg = 999 where id = ${planId}`;
  const sale = await buy(world, { planId });
  await until('an alert', () => alertsAbout(world, sale.id)[0]);
  await world.database`update plans set egg = ${plan?.egg} where id = ${planId}`;
  return { sale, userId: Number((await row(world, sale.id)).panel_user_id) };
}

/** The button that ties them together, in the preview that shows both. */
async function linkButton(world: World, order: string, server: number) {
  const said = await command(world, 'anna', 'link', { order, server });
  const preview = world.discord.interactions.findLast(({ name }) => name === 'link')!.reply!;
  const customId = /"(link:[^"]+)"/.exec(said)?.[1] ?? '';
  return { where: { ...where(world), messageId: preview.id }, customId };
}

const untilLinked = (world: World, id: string) =>
  until('linked', async () => (await actionsOn(world, id))[0]?.outcome === 'linked');

it('a Retry that Discord no longer waits for is done all the same, once', async () => {
  const world = held.get();
  const { sale } = await failedOrder(world, 'among-us-1gb');
  const live = await until('its message', () => liveMessages(world, sale.id)[0]);
  await until('a red message', () => textOf(live).includes(`"retry:${sale.id}`));
  world.discord.faults.slowMs = TOO_SLOW_MS;
  await expect(pressed(world, 'anna', live, 'retry')).rejects.toThrow('failed');
  world.discord.faults.slowMs = 0;
  await untilReady(world, sale);
  expect(await actionsOn(world, sale.id)).toMatchObject([{ action: 'retry', outcome: 'retrying' }]);
  // Nobody could be answered: the message says it to all.
  expect(textOf(live)).toContain('🔁 Retry by `Anna` <t:');
});

it('a link that Discord no longer waits for is finished, and nothing is answered', async () => {
  const world = held.get();
  const { sale, userId } = await failedOrder(world, 'terraria-2gb');
  const server = await makeByHand(world, userId);
  const { where: at, customId } = await linkButton(world, sale.id, server.id);
  world.discord.faults.slowMs = TOO_SLOW_MS;
  const outcome = await world.discord.press({ ...at, customId });
  expect(outcome).toMatchObject({ state: 'failed', reply: null });
  await untilLinked(world, sale.id);
  world.discord.faults.slowMs = 0;
  await untilReady(world, sale);
});

it('a link whose "thinking" message was dismissed is finished, and the bot answers the next command', async () => {
  const world = held.get();
  const { sale, userId } = await failedOrder(world, 'minecraft-4gb');
  const server = await makeByHand(world, userId);
  const { where: at, customId } = await linkButton(world, sale.id, server.id);
  world.panel.faults.slowMs = 5_000;
  void world.discord.press({ ...at, customId });
  const thinking = await until(
    'thinking',
    () => world.discord.interactions.findLast(({ name }) => name === customId)?.reply,
  );
  world.discord.deleteMessage(thinking.channelId, thinking.id);
  world.panel.faults.slowMs = 0;
  await untilLinked(world, sale.id);
  await untilReady(world, sale);
  expect(await command(world, 'anna', 'order', { order: sale.id })).toContain('linked to a server');
});
