import { expect, it } from 'vitest';
import type { SimMessage } from '../../sandbox/discord/index.ts';
import { until, type World } from '../../sandbox/world.ts';
import { TIMINGS } from '../../src/orders/timings.ts';
import { leaseEnds } from '../helpers/lease.ts';
import { buy, textOf } from '../helpers/purchases.ts';
import { choose, openSetup } from '../helpers/setup.ts';
import { alertsAbout, command, type Person, pressed } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

// At no other speed do the database's deadlines and Discord's 3 seconds stand to each other as they do outside of tests.
const held = useWorld({ factor: 1 });

/** From now on no call is answered, until it `ends`; `askedMs`: when the last question who leads came, in real time. */
function hang(world: World) {
  let askedMs = Date.now();
  const ends = world.proxy.onRequest(({ path }) => {
    if (path.endsWith('/orderly_lead')) askedMs = Date.now();
    return new Promise(() => {});
  });
  return { askedMs: () => askedMs, ends };
}

function openForm(world: World, person: Person, alert: SimMessage, action: string) {
  const customId = new RegExp(`"(${action}:[^"]+)"`).exec(textOf(alert))?.[1] ?? '';
  const { id: messageId, channelId } = alert;
  return world.discord.press({ personId: world.discord.people[person], channelId, messageId, customId });
}

function typed(world: World) {
  const where = { personId: world.discord.people.anna, channelId: world.discord.channels.purchases };
  return world.discord.autocomplete({ ...where, name: 'order', options: { order: 'Fri' }, focused: 'order' });
}

it('with a database that takes calls and answers none, each press and command is answered within the 3 seconds that Discord waits', async () => {
  const world = held.get();
  const { people, channels } = world.discord;
  const sale = await buy(world, { planId: 'unknown-plan' });
  const alert = await until('an alert', () => alertsAbout(world, sale.id)[0]);
  const page = await openSetup(world, 'emil');
  const form = await openForm(world, 'ben', alert, 'complete');
  const { askedMs, ends } = hang(world);
  // Nobody is known to lead.
  await leaseEnds(world, 'outbox');
  // A question that is under way is shared: the one that a press begins itself takes longest.
  await until(
    'between two questions who leads',
    () => Date.now() - askedMs() > TIMINGS.quickDatabaseMs + 200,
  );
  const before = world.discord.interactions.length;

  const [retried, acknowledged, completing, sent, notOurs, closed, set, proposed] = await Promise.all([
    pressed(world, 'anna', alert, 'retry'),
    pressed(world, 'ben', alert, 'ack'),
    pressed(world, 'anna', alert, 'complete'),
    world.discord.submitModal({
      personId: people.ben,
      interactionId: form.id,
      fields: { plan_id: 'among-us-1gb', term: 'monthly' },
    }),
    pressed(world, 'anna', alert, 'notours'),
    command(world, 'ben', 'close', { order: sale.id }),
    choose(world, 'emil', page, 'channelId', [channels.general]),
    typed(world),
  ]);
  for (const reply of [retried, acknowledged, completing, notOurs, sent.reply, set.reply])
    expect(textOf(reply ?? undefined)).toContain('Not recorded');
  expect(closed).toContain('The database did not answer');
  expect(proposed).toEqual([]);
  const answered = world.discord.interactions.slice(before);
  expect(answered).toHaveLength(8);
  for (const { name, state } of answered) expect({ name, state }).toEqual({ name, state: 'answered' });
  ends();
});
