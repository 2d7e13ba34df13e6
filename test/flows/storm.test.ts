import { expect, it } from 'vitest';
import type { SimMessage } from '../../sandbox/discord/index.ts';
import { until, type World } from '../../sandbox/world.ts';
import { alerts, messages, purchaseOf, row, sell, textOf } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const BOUGHT = 40;
const held = useWorld({ factor: 5, installMs: 4_000 });

const boards = (world: World): SimMessage[] =>
  messages(world).filter((message) => /🌊|The rush is over/.test(textOf(message)));
const isOver = (board: SimMessage | undefined) => textOf(board).includes('The rush is over');

it('more purchases than messages fit: one board tells of all, pings nobody, and ends true; an alert comes first', async () => {
  const world = held.get();
  const { discord } = world;
  // Nothing gets through while they are bought, as when the bot was away.
  discord.faults.rest500 = true;
  const sales = await Promise.all(Array.from({ length: BOUGHT }, () => sell(world)));
  const failing = await purchaseOf(world, (await sell(world, { planId: 'no-such-plan' })).sessionId);
  await purchaseOf(world, sales.at(-1)!.sessionId);
  // Before one of them gets through: the board counts from the first that has no message.
  await until('a storm', async () => (await world.database`select from orderly_storms`).length > 0);
  discord.faults.rest500 = false;

  const [board] = await until('a board', () => boards(world).length > 0 && boards(world));
  await until('an alert', () => alerts(world).length > 0);
  // One window of the channel: the board, the alert, and no more than three others.
  expect(messages(world).indexOf(alerts(world)[0]!)).toBeLessThanOrEqual(4);
  await until('the message of what fails', () => about(world, failing.id));
  expect(messages(world).filter((message) => textOf(message).includes('inspect:')).length).toBeLessThan(12);
  await until('the board counts what fails', () =>
    /\*\*\d+ paid\*\* since .* in the last minute.*1 failed/s.test(textOf(board)),
  );
  expect(textOf(board)).toMatch(
    /Single messages are (up to date|about (a second|\d+ (seconds|minutes)) behind)/,
  );

  await until('the rush is over', () => isOver(boards(world)[0]), 60_000);
  expect(boards(world)).toEqual([board]);
  expect(textOf(board)).toContain(`**${BOUGHT + 1} paid** from`);
  expect(textOf(board)).toContain(`${BOUGHT} ready, 1 failed`);
  expect(board?.pings).toEqual({ everyone: false, roles: [], users: [] });
  for (const sale of sales) {
    const { id } = await purchaseOf(world, sale.sessionId);
    expect((await row(world, id)).install).toBe('ready');
    expect(about(world, id)).toBe('🟢');
  }
  const times = board!.history.map(({ atMs }) => atMs);
  for (const [index, atMs] of times.entries()) {
    if (index > 0) expect(atMs - times[index - 1]!).toBeGreaterThanOrEqual(5_000);
  }
  expect(discord.stats.rateLimited).toBe(0);
}, 120_000);

it('a board whose storm is over is left alone', async () => {
  const world = held.get();
  const [board] = boards(world);
  const before = board?.edits;
  const sale = await purchaseOf(world, (await sell(world)).sessionId);
  await until('a message', () => about(world, sale.id) === '🟢');
  expect(boards(world)).toEqual([board]);
  expect(board?.edits).toBe(before);
});

/** The sign of a purchase's one own message; undefined while it has none, and when it has two. */
function about(world: World, id: string): string | undefined {
  const own = messages(world).filter(
    (message) => textOf(message).includes(`inspect:${id}:`) && !alerts(world).includes(message),
  );
  if (own.length !== 1) return undefined;
  return /### (🟢|🔴|🟠|🔵|⏸️|⚫|⚪)/u.exec(textOf(own[0]))?.[1];
}
