import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { alerts, buy, liveMessages, messages, press, textOf, untilReady } from '../helpers/purchases.ts';
import { command, confirmed, sure } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 4 });

it('one message follows a purchase from paid to ready, edited in place, and pings nobody', async () => {
  const world = held.get();
  const sale = await buy(world);
  await untilReady(world, sale);
  const [live, ...others] = liveMessages(world, sale.id);
  expect(others).toEqual([]);
  expect(live?.edits).toBeGreaterThan(0);
  expect(live?.pings).toEqual({ everyone: false, roles: [], users: [] });
  expect(textOf(live)).toContain('example.com:25565');
  expect(alerts(world)).toEqual([]);
});

it('a message that somebody deleted is posted anew when there is something to say', async () => {
  const world = held.get();
  const sale = await buy(world);
  const first = await until('a message', () => liveMessages(world, sale.id)[0]);
  world.discord.deleteMessage(first.channelId, first.id);
  await untilReady(world, sale);
  const [second, ...others] = liveMessages(world, sale.id);
  expect(second?.id).not.toBe(first.id);
  expect(others).toEqual([]);
});

it('what a buyer typed neither pings nor formats', async () => {
  const world = held.get();
  const sale = await buy(world, { serverName: '@everyone <@&1> ```x``` [a](http://b.example) ‮evil' });
  await untilReady(world, sale);
  const [live] = liveMessages(world, sale.id);
  expect(live?.pings).toEqual({ everyone: false, roles: [], users: [] });
  expect(textOf(live)).toContain('`@everyone <@&1> ˋˋˋxˋˋˋ [a](http://b.example) evil`');
  expect(textOf(live)).not.toContain('buyer-');
});

it('somebody without the staff role is refused, and the refusal is kept', async () => {
  const world = held.get();
  const sale = await buy(world);
  await untilReady(world, sale);
  const outcome = await press(world, world.discord.people.carl, liveMessages(world, sale.id)[0]!, 'inspect');
  expect(textOf(outcome.reply ?? undefined)).toContain('Only <@&');
  const kept = await until('the refusal', async () => {
    const rows =
      await world.database`select outcome from orderly_staff_actions where interaction_id = ${outcome.id}`;
    return rows[0]?.outcome === 'refused' && rows;
  });
  expect(kept).toHaveLength(1);
  const choices = await world.discord.autocomplete({
    personId: world.discord.people.carl,
    channelId: world.discord.channels.purchases,
    name: 'order',
    options: { order: '' },
    focused: 'order',
  });
  expect(choices).toEqual([]);
});

it('Inspect walks the runbook and ends in one verdict, with the last of the timeline', async () => {
  const world = held.get();
  const sale = await buy(world);
  await untilReady(world, sale);
  const outcome = await press(world, world.discord.people.anna, liveMessages(world, sale.id)[0]!, 'inspect');
  const said = textOf(outcome.reply ?? undefined);
  for (const words of [
    'Timeline',
    'server created',
    'Attempts',
    'Nothing is wrong',
    'the customer can play',
    sale.id,
  ])
    expect(said).toContain(words);
  expect(outcome.reply?.ephemeralFor).toBe(world.discord.people.anna);
});

it('/order finds by the beginning of a name or e-mail, and shows what the choice means', async () => {
  const world = held.get();
  const sale = await buy(world, { serverName: 'Zebra lounge', email: 'zoe@zoo.example' });
  const where = {
    personId: world.discord.people.ben,
    channelId: world.discord.channels.purchases,
    name: 'order',
  };
  for (const typed of ['zebra', 'ZOE@', sale.sessionId.slice(0, 20), sale.id.slice(0, 10)]) {
    const choices = await world.discord.autocomplete({
      ...where,
      options: { order: typed },
      focused: 'order',
    });
    expect(choices.map((choice) => choice.value)).toContain(sale.id);
  }
  const wild = await world.discord.autocomplete({ ...where, options: { order: '%' }, focused: 'order' });
  expect(wild).toEqual([]);
  const outcome = await world.discord.runCommand({ ...where, options: { order: 'Zebra lounge' } });
  expect(textOf(outcome.reply ?? undefined)).toContain('Zebra lounge');
});

it("/provision takes over an order from before Orderly on a person's word, and makes one server", async () => {
  const world = held.get();
  const [legacy] =
    await world.database`insert into orders (user_id, plan_id, item_type, server_name, status, created_at)
    values ('7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21', 'among-us-1gb', 'game', 'Old one', 'paid', now() - interval '30 days') returning id::text as id`;
  const id = String(legacy?.id);
  const where = { personId: world.discord.people.anna, channelId: world.discord.channels.purchases };
  const shown = await world.discord.runCommand({ ...where, name: 'order', options: { order: id } });
  expect(textOf(shown.reply ?? undefined)).toContain('from before Orderly');
  expect(await command(world, 'anna', 'provision', { order: id })).toContain('Orderly takes it over');
  expect(await confirmed(world, 'anna', 'provision', { order: id })).toContain('Retrying now');
  await untilReady(world, { sessionId: '', id });
  expect(await command(world, 'anna', 'provision', { order: id })).toContain('Nothing to retry');
  expect(world.panel.state.servers.filter((server) => server.externalId === id)).toHaveLength(1);
});

it('a press while the database is away says that nothing was recorded', async () => {
  const world = held.get();
  const sale = await buy(world);
  await untilReady(world, sale);
  const live = liveMessages(world, sale.id)[0]!;
  const before = messages(world).length;
  await command(world, 'anna', 'close', { order: sale.id });
  const preview = world.discord.interactions.at(-1)!.reply!;
  world.proxy.faults.down = true;
  const said = await sure(world, 'anna', preview, /"(close:[^"]+)"/, 'no reason');
  world.proxy.faults.down = false;
  expect(said).toContain('Not recorded');
  expect(messages(world).length).toBe(before);
  expect(textOf(live)).toContain('🟢');
});
