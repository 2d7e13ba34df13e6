import type { InteractionOutcome, SimMessage } from '../../sandbox/discord/index.ts';
import type { World } from '../../sandbox/world.ts';
import { toError } from '../../src/lib/failure.ts';
import type { Journal } from './journal.ts';
import type { PlannedAct, StaffAct } from './plan.ts';

/**
 * Two people on call who press what the messages offer, also both at once, and whatever state the rest is in.
 *
 * @returns the ids of the messages that they deleted.
 */
export async function playStaff(
  world: World,
  planned: PlannedAct[],
  journal: Journal,
  beganMs: number,
): Promise<{ deleted: Set<string> }> {
  const deleted = new Set<string>();
  const acts = actsOf(deleted);
  const all: Promise<void>[] = [];
  for (const act of planned) {
    await world.clock.sleep(Math.max(0, beganMs + act.atMs - world.clock.now()));
    all.push(play(world, act, acts, journal));
  }
  await Promise.all(all);
  return { deleted };
}

async function play(world: World, { act, pick }: PlannedAct, acts: Acts, journal: Journal): Promise<void> {
  try {
    const outcomes = await acts[act](world, pick);
    for (const { state, reply } of outcomes)
      journal.note(`staff: ${act}: ${state} ${wordsOf(reply).slice(0, 120)}`);
  } catch (thrown) {
    // A message that is gone, a command that is not registered yet: what a person could not have done either.
    journal.note(`staff: ${act} was not possible: ${toError(thrown).message.slice(0, 200)}`);
  }
}

type Act = (world: World, pick: number) => Promise<InteractionOutcome[]>;

type Acts = Record<StaffAct, Act>;

const actsOf = (deleted: Set<string>): Acts => ({
  retry: (world, pick) => pressSome(world, /^(retry|retryall):/, pick, ['anna']),
  retry_together: (world, pick) => pressSome(world, /^(retry|retryall):/, pick, ['anna', 'ben', 'anna']),
  ack: (world, pick) => pressSome(world, /^ack:/, pick, ['ben']),
  inspect: (world, pick) => pressSome(world, /^inspect:/, pick, ['anna']),
  pause: (world, pick) =>
    command(world, 'pause', {
      what: pick % 2 === 0 ? 'panel' : 'region',
      ...(pick % 2 === 1 && { which: 'eu-west' }),
      minutes: 1,
      reason: 'chaos',
    }),
  resume: async (world) => {
    const { discord } = world;
    const where = { personId: discord.people.ben, channelId: discord.channels.purchases };
    const [one] = await discord.autocomplete({
      ...where,
      name: 'resume',
      options: { pause: '' },
      focused: 'pause',
    });
    return one ? command(world, 'resume', { pause: String(one.value) }) : [];
  },
  orders: (world) => command(world, 'orders', {}),
  // It is posted anew when there is something new to say.
  delete: async ({ discord }, pick) => {
    const all = discord.messages(discord.channels.purchases).filter((one) => isLive(one));
    const chosen = all[pick % Math.max(1, all.length)];
    if (chosen) {
      deleted.add(chosen.id);
      discord.deleteMessage(chosen.channelId, chosen.id);
    }
    return [];
  },
  redeliver: async ({ stripe }, pick) => {
    const event = stripe.events[pick % Math.max(1, stripe.events.length)];
    if (event) await stripe.redeliver(event.id);
    return [];
  },
});

async function pressSome(
  { discord }: World,
  wanted: RegExp,
  pick: number,
  people: ('anna' | 'ben')[],
): Promise<InteractionOutcome[]> {
  const buttons = discord
    .messages(discord.channels.purchases)
    .flatMap((message) => idsOf(message).map((customId) => ({ message, customId })))
    .filter(({ customId }) => wanted.test(customId));
  const chosen = buttons[pick % Math.max(1, buttons.length)];
  if (!chosen) return [];
  const { message, customId } = chosen;
  const where = { channelId: message.channelId, messageId: message.id, customId };
  return Promise.all(people.map((name) => discord.press({ ...where, personId: discord.people[name] })));
}

async function command({ discord }: World, name: string, options: Record<string, string | number>) {
  const where = { personId: discord.people.ben, channelId: discord.channels.purchases };
  return [await discord.runCommand({ ...where, name, options })];
}

const idsOf = (message: SimMessage) =>
  [...JSON.stringify(message.components).matchAll(/"custom_id":"([^"]+)"/g)].map(([, id]) => id ?? '');

const isLive = (message: SimMessage) =>
  message.pings.roles.length === 0 &&
  idsOf(message).some((id) => id.startsWith('inspect:')) &&
  !idsOf(message).some((id) => id.startsWith('helped:'));

const wordsOf = (message: SimMessage | null) =>
  [...JSON.stringify(message?.components ?? []).matchAll(/"content":"([^"]+)"/g)]
    .map(([, words]) => words)
    .join(' ');
