import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
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
