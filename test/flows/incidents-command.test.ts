import { expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { textOf } from '../helpers/purchases.ts';
import { alertsAbout, command, failedOrder, pressed, sure } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({
  factor: 10,
  installMs: 500,
  timings: { sweepMs: 1_000, snapshotMs: 500, undeliveredMs: 1e9, sessionsMs: 1e9 },
});

const where = (world: World) => ({
  personId: world.discord.people.ben,
  channelId: world.discord.channels.purchases,
});
const lastAnswer = (world: World) => world.discord.interactions.at(-1)?.reply;

it('/incidents finds what happened before; who knows what helped says so, and the next alert and Inspect repeat it', async () => {
  const world = held.get();
  const planId = 'valheim-8gb';
  const first = await failedOrder(world, planId);
  const alert = alertsAbout(world, first.id)[0]!;
  await pressed(world, 'anna', alert, 'retry');
  await until('over', () => textOf(alert).includes('🟢 Over'));
  const found = await command(world, 'ben', 'incidents', { code: 'egg_missing', plan: planId });
  expect(found).toContain('retried by `Anna`');
  expect(found).toContain(`/${alert.channelId}/${alert.id})`);
  const page = lastAnswer(world)!;
  expect(page.ephemeralFor).toBe(world.discord.people.ben);
  const incident = /#(\d+)\]/.exec(found)?.[1] ?? '';
  const opened = await world.discord.select({
    ...where(world),
    messageId: page.id,
    customId: 'open:incident',
    values: [incident],
  });
  for (const words of ['What happened last', '1 order, 1 recovered', `inspect:${first.id}:incident`])
    expect(textOf(opened.reply ?? undefined)).toContain(words);
  const said = await sure(world, 'ben', opened.reply!, /"(helped:[^"]+)"/, 'put egg 3 back');
  expect(said).toContain('Noted: `put egg 3 back`');
  const fixed = 'fixed by `Ben`: `put egg 3 back`';
  expect(await command(world, 'ben', 'incidents', { text: 'EGG 3 back' })).toContain(fixed);
  const second = await failedOrder(world, planId);
  const again = alertsAbout(world, second.id)[0]!;
  expect(textOf(again)).toContain(fixed);
  const inspected = await pressed(world, 'anna', again, 'inspect');
  expect(textOf(inspected)).toContain(`Same as [#${incident}]`);
  expect(textOf(inspected)).toContain(fixed);
  const tries = await command(world, 'ben', 'incidents', {
    show: 'attempts',
    code: 'egg_missing',
    plan: planId,
  });
  expect(tries.match(/❌/g)?.length).toBe(2);
  expect(tries).toContain('egg 999');
});

it('a search is leafed through after a restart, refused with words where it says nothing, and proposes what was seen', async () => {
  const world = held.get();
  await world.database`
    insert into orderly_incidents (fingerprint, code, scope, severity, opened_at, closed_at, close_reason)
    select 'sender:' || n, 'endpoint_twice', 'deployment', 'warning', orderly_now() - n * interval '1 minute', orderly_now(), 'mended'
    from generate_series(1, 10) n`;
  const first = await command(world, 'ben', 'incidents', { code: 'endpoint_twice', since: '7d' });
  expect(first.match(/over by itself/g)).toHaveLength(8);
  const page = lastAnswer(world)!;
  await world.bot.kill();
  await world.bot.start();
  await until('the bot is back', () => world.discord.connectedSessions() > 0);
  const older = /"(inc:i:7d:endpoint_twice::\d+:[^"]*)"/.exec(first)?.[1] ?? '';
  await world.discord.press({ ...where(world), messageId: page.id, customId: older });
  await until('the second page', () => textOf(page).match(/over by itself/g)?.length === 2);
  const newer = /"(inc:i:7d:endpoint_twice::<\d+:[^"]*)"/.exec(textOf(page))?.[1] ?? '';
  await world.discord.press({ ...where(world), messageId: page.id, customId: newer });
  await until('the first page again', () => textOf(page) === first);
  const refused: [Record<string, string>, string][] = [
    [{ text: '%' }, 'takes no wildcards'],
    [{ text: 'x'.repeat(4_000) }, 'at most 60 characters; this has 4000'],
    [{ code: "'; drop table orders; --" }, 'pick one that is proposed'],
  ];
  for (const [options, words] of refused)
    expect(await command(world, 'ben', 'incidents', options)).toContain(words);
  for (const text of ["' or 1=1 --", '\\u0000 %s $1', '@everyone'])
    expect(await command(world, 'ben', 'incidents', { text })).toContain('Nothing found');
  const propose = (option: string, typed: string) =>
    world.discord.autocomplete({
      ...where(world),
      name: 'incidents',
      options: { [option]: typed },
      focused: option,
    });
  expect(await propose('code', 'egg')).toMatchObject([{ value: 'egg_missing' }]);
  expect((await propose('plan', 'VALHEIM')).map(({ value }) => value)).toEqual(['valheim-8gb']);
  expect(await command(world, 'carl', 'incidents', {})).toContain('Only <@&');
});
