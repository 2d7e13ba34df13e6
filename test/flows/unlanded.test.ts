import { expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { alerts, buy, calls, textOf, untilReady } from '../helpers/purchases.ts';
import { untilAlert } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 10, installMs: 1_000, timings: { snapshotMs: 500 } });

it('an alert that came while its role could not be pinged calls that role when it can be, and says why', async () => {
  const world = held.get();
  const { faults, roles } = world.discord;
  faults.onCallNotMentionable = true;
  world.panel.faults.maintenance = true;
  const sale = await buy(world);
  const alert = await untilAlert(world, 'in maintenance mode');
  expect(alert.pings.roles).toEqual([]);
  await until('it is known', async () => {
    const rows = await world.database`select from orderly_incidents where unlanded`;
    return rows.length === 1;
  });
  faults.onCallNotMentionable = false;
  const [call] = await until('a call', () => calls(world).length > 0 && calls(world), 20_000);
  expect(call?.pings.roles).toEqual([roles.onCall]);
  expect(textOf(call)).toContain('The alert may have reached nobody, so it calls again');
  world.panel.faults.maintenance = false;
  await untilReady(world, sale, 60_000);
  await until('all is over', () => textOf(call).includes('🟢 It is over'));
  expect(calls(world)).toEqual([call]);
  expect(alerts(world).filter((message) => message.pings.roles.length > 0)).toEqual([]);
}, 120_000);

it('an alert that came in a moment in which its role could not be pinged calls that role again, though no look saw it so', async () => {
  const world = held.get();
  const { faults, roles } = world.discord;
  const before = calls(world).length;
  const forget = world.discord.subscribe((event) => {
    const isAlert =
      event.type === 'messageCreated' && JSON.stringify(event.message.components).includes('"ack:');
    if (isAlert) faults.onCallNotMentionable = false;
  });
  faults.onCallNotMentionable = true;
  await buy(world, { planId: 'plan-of-last-year' });
  const alert = await untilAlert(world, 'not in the catalogue');
  expect(alert.pings.roles).toEqual([]);
  const call = await until('a call', () => calls(world)[before], 20_000);
  expect(call.pings.roles).toEqual([roles.onCall]);
  forget();
  const looked = await lastLook(world);
  await until('another look', async () => (await lastLook(world)) > looked);
  expect(calls(world)).toHaveLength(before + 1);
});

it('a role that can not be pinged any more is warned of at once, and not at the next look ten minutes later', async () => {
  const world = held.get();
  const open = async () =>
    (await world.database`select from orderly_incidents where code = 'ping_blocked' and closed_at is null`)
      .length;
  world.discord.faults.onCallNotMentionable = true;
  expect(await until('a warning', async () => (await open()) === 1)).toBe(true);
  world.discord.faults.onCallNotMentionable = false;
  expect(await until('it is over', async () => (await open()) === 0)).toBe(true);
});

async function lastLook({ database }: World): Promise<number> {
  const [check] = await database`select at from orderly_checks where name = 'landing'`;
  return check?.at.getTime() ?? 0;
}
