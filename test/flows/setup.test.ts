import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { pass } from '../helpers/pass.ts';
import { buy, purchaseOf, sell, textOf, untilReady } from '../helpers/purchases.ts';
import { choose, goTo, NOTHING_CHOSEN, openSetup, troublesOf } from '../helpers/setup.ts';
import { actionsOn, command, confirmed } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 5, hasPager: true, env: NOTHING_CHOSEN, timings: { pagerAfterMs: 10_000 } });

const inAlerts = (world: World) => world.discord.messages(world.discord.channels.alerts);
const inPurchases = (world: World) => world.discord.messages(world.discord.channels.purchases);
const about = (all: ReturnType<typeof inAlerts>, id: string) =>
  all.filter((message) => textOf(message).includes(`inspect:${id}:`));

it('a fresh deployment works but for Discord, says everywhere what is missing, and pages its alerts', async () => {
  const world = held.get();
  expect(await command(world, 'anna', 'orders', {})).toContain(
    'Only administrators of this Discord server may do this',
  );
  const missing = 'no channel and no on-call role chosen yet';
  const answer = await command(world, 'emil', 'orders', {});
  expect(answer).toMatch(new RegExp(`${missing}.*/setup`));
  expect(answer).not.toContain('may do this');
  expect((await troublesOf(world)).join()).toContain(missing);
  expect(readFileSync(world.bot.logFile, 'utf8')).toMatch(new RegExp(`"level":"?(50|error).*${missing}`));

  const sale = await buy(world);
  await until('its server', async () => {
    const [row] = await world.database`select install from orderly_purchases where id = ${sale.id}`;
    return row?.install === 'ready';
  });
  const { id } = await purchaseOf(world, (await sell(world, { planId: 'no-such-plan' })).sessionId);
  const page = await until('a page', () => world.receiver.pages.find(({ text }) => text.includes(id)));
  expect(page.severity).toBe('critical');
  expect(
    [...inPurchases(world), ...inAlerts(world)].filter(
      ({ authorId }) => authorId === world.discord.applicationId,
    ),
  ).toEqual([]);
});

it('what an administrator chooses holds at once, also for what waited, and after a kill', async () => {
  const world = held.get();
  const { channels, roles } = world.discord;
  const page = await openSetup(world, 'emil');
  // First that of the alerts: else the one that waits goes among the purchases.
  await choose(world, 'emil', page, 'alertChannelId', [channels.alerts]);
  await choose(world, 'emil', page, 'channelId', [channels.purchases]);
  expect(textOf(page)).toContain(`**Purchases**: <#${channels.purchases}>`);
  expect(textOf(page)).toContain('Chosen by `Emil` <t:');
  await goTo(world, 'emil', page, 'call');
  await choose(world, 'emil', page, 'onCallRoleId', [roles.onCall]);
  expect(textOf(page)).not.toContain('chosen yet, so');
  await goTo(world, 'emil', page, 'rights');
  await choose(world, 'emil', page, 'viewRoleIds', [roles.support]);
  await choose(world, 'emil', page, 'actRoleIds', [roles.staff]);
  await choose(world, 'emil', page, 'adminRoleIds', [roles.admins]);
  expect(await actionsOn(world, 'channelId')).toMatchObject([
    {
      actor_name: 'Emil',
      action: 'setup',
      outcome: 'saved',
      detail: `channelId: none → ${channels.purchases}`,
    },
  ]);

  await until('what waited', () => inPurchases(world).length >= 2 && inAlerts(world).length >= 1);
  await until('all well', async () => (await troublesOf(world)).length === 0);

  await world.bot.kill();
  await world.bot.start();
  const sale = await buy(world);
  await untilReady(world, sale);
  const failing = await buy(world, { planId: 'another-unknown-plan' });
  const alert = await until('its alert', () => about(inAlerts(world), failing.id)[0]);
  expect(alert.pings.roles).toEqual([roles.onCall]);
  expect(about(inPurchases(world), failing.id).every(({ pings }) => pings.roles.length === 0)).toBe(true);
  expect(textOf(await openSetup(world, 'emil'))).toContain('Chosen by `Emil`');
});

it('a change needs no restart, what stands goes on where it stands, and nothing may be chosen too', async () => {
  const world = held.get();
  const { channels, roles } = world.discord;
  const sale = await buy(world, { planId: 'unknown-until-mended' });
  const first = await until('its alert', () => about(inAlerts(world), sale.id)[0]);

  const page = await openSetup(world, 'emil');
  await choose(world, 'emil', page, 'alertChannelId', []);
  expect(textOf(page)).toContain('**Alerts**: with the purchases');
  const other = await buy(world, { planId: 'yet-another-plan' });
  const second = await until('an alert among the purchases', () =>
    about(inPurchases(world), other.id).find(({ pings }) => pings.roles.includes(roles.onCall)),
  );
  expect(second.channelId).toBe(channels.purchases);
  await confirmed(world, 'anna', 'close', { order: sale.id }, 'a test');
  await until('the first is over', () => textOf(first).includes('🟢 Over'));
  expect(about(inAlerts(world), sale.id)).toEqual([first]);

  await choose(world, 'emil', page, 'channelId', [channels.general]);
  const moved = await buy(world);
  await until(
    'a message in the new channel',
    () => about(world.discord.messages(channels.general), moved.id)[0],
  );
  await choose(world, 'emil', page, 'channelId', [channels.purchases]);
});

it('while the channel of alerts lets nobody in they come among the purchases, and nothing is held up', async () => {
  const world = held.get();
  const { channels, faults } = world.discord;
  const page = await openSetup(world, 'emil');
  await choose(world, 'emil', page, 'alertChannelId', [channels.alerts]);
  faults.channelLost = channels.alerts;
  const failing = await buy(world, { planId: 'no-plan-of-ours' });
  const second = await buy(world, { planId: 'neither-this-one' });
  for (const { id } of [failing, second])
    await until('an alert among the purchases', () =>
      about(inPurchases(world), id).find(({ pings }) => pings.roles.length > 0),
    );
  const [trouble] = await troublesOf(world);
  expect(trouble).toContain('is gone');
  expect(trouble).toContain(`channel ${channels.alerts}`);
  const sale = await buy(world);
  await untilReady(world, sale);
  faults.channelLost = false;
});

it('a channel that lets nobody in holds up no message of another, and another is taken at once', async () => {
  const world = held.get();
  const { channels, faults } = world.discord;
  const page = await openSetup(world, 'emil');
  faults.channelLost = channels.purchases;
  const sale = await buy(world);
  await until('a trouble', async () => (await troublesOf(world)).join().includes(channels.purchases));
  const failing = await buy(world, { planId: 'a-plan-of-nobody' });
  await until('its alert', () => about(inAlerts(world), failing.id)[0]);
  // The lost one is tried less and less often by now.
  await pass(world, 40_000);
  await choose(world, 'emil', page, 'channelId', [channels.general]);
  await until('its message', () => about(world.discord.messages(channels.general), sale.id)[0], 2_000);
  expect(await troublesOf(world)).toEqual([]);
  faults.channelLost = false;
});
