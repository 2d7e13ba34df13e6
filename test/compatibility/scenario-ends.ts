import { until, type World } from '../../sandbox/world.ts';
import { runEntry } from '../helpers/doctor.ts';
import { alerts, buy, sell, untilReady } from '../helpers/purchases.ts';
import type { Change } from './scenario.ts';

export async function outages(world: World, change: Change): Promise<void> {
  world.discord.faults.down = true;
  await change(`update plans set egg = 999 where id = 'valheim-8gb'`);
  await sell(world, { planId: 'valheim-8gb' });
  await until('a page', () => world.receiver.pages.length > 0, 40_000);
  world.discord.faults.down = false;
  const { length } = alerts(world);
  await until('its alert', () => alerts(world).length > length, 40_000);
}

/** Another process leads for a moment, while an edit is on its way: what that edit wrote is in doubt. */
export async function takeover(world: World, change: Change): Promise<void> {
  const sale = await buy(world);
  await untilReady(world, sale);
  const arrived = Promise.withResolvers<void>();
  const { promise: goes, resolve: release } = Promise.withResolvers<void>();
  const forget = world.discord.onRequest(async ({ method, path, when }) => {
    if (method !== 'PATCH' || when !== 'before' || !path.includes('/messages/')) return;
    arrived.resolve();
    await goes;
  });
  await change(`update orderly_purchases set server_name = 'Held up' where id = '${sale.id}'`);
  await change(`select orderly_touch('${sale.id}')`);
  await arrived.promise;
  await change(
    `update orderly_leases set holder = 'another', until = orderly_now() + interval '20 seconds' where name = 'outbox'`,
  );
  await until('it leaves', () => world.discord.connectedSessions() === 0);
  forget();
  release();
  await until('it leads again', () => world.discord.connectedSessions() === 1, 40_000);
  await until('all is shown', async () => {
    const behind = await world.database`
      select from orderly_messages where kind = 'purchase' and shown_version < wanted_version`;
    return behind.length === 0;
  });
}

export async function erasure(world: World): Promise<void> {
  const sale = await buy(world, { email: 'forget.me@example.com', serverName: 'Forget my name' });
  await untilReady(world, sale, 40_000);
  const { code, stderr } = await runEntry('erase-now', world.bot.env(), ['forget.me@example.com']);
  if (code !== 0) throw new Error(`nothing was erased: ${stderr}`);
}
