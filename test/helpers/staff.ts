import type { SimMessage } from '../../sandbox/discord/index.ts';
import { until, type World } from '../../sandbox/world.ts';
import { alerts, buy, liveMessages, type Sale, textOf } from './purchases.ts';

export type Person = 'anna' | 'ben' | 'carl' | 'dora' | 'emil';
type Options = Record<string, string | number>;

const awake = new WeakSet<World>();

/** The first answer of a bot that has just started may come later than Discord waits, in fast time on a busy machine. */
async function untilAwake(world: World): Promise<void> {
  if (awake.has(world)) return;
  const where = { personId: world.discord.people.ben, channelId: world.discord.channels.purchases };
  await until('the bot answers in Discord', async () => {
    if (world.discord.connectedSessions() === 0 || world.discord.commands().length === 0) return false;
    await world.discord.autocomplete({ ...where, name: 'resume', options: { pause: '' }, focused: 'pause' });
    return world.discord.interactions.at(-1)?.state === 'answered';
  });
  awake.add(world);
}

/** What the bot answers to a person's slash command. */
export async function command(world: World, person: Person, name: string, options: Options): Promise<string> {
  await untilAwake(world);
  const where = { personId: world.discord.people[person], channelId: world.discord.channels.purchases };
  const outcome = await world.discord.runCommand({ ...where, name, options });
  if (!outcome.reply) throw new Error(`/${name} was not answered: ${outcome.state}`);
  return textOf(outcome.reply);
}

/**
 * The same of a command that asks first: it is confirmed, with `answer` in the modal where there is one. What the bot answered last; at
 * a dead end, which has no button, that is its first answer.
 */
export async function confirmed(
  world: World,
  person: Person,
  name: string,
  options: Options,
  answer = '',
): Promise<string> {
  const preview = await command(world, person, name, options);
  const reply = world.discord.interactions.findLast(
    (one) => one.name === name && one.personId === world.discord.people[person],
  )?.reply;
  return reply && CONFIRMS.test(preview) ? sure(world, person, reply, CONFIRMS, answer) : preview;
}

const CONFIRMS = /"((?:close|link|provision|backfill|again|reinstall):[^"]+)"/;

/** Presses the first button whose id fits and sends the modal that it opens, if it opens one; what the bot answered. */
export async function sure(
  world: World,
  person: Person,
  message: SimMessage,
  button: RegExp,
  answer: string,
): Promise<string> {
  const customId = button.exec(textOf(message))?.[1] ?? '';
  const where = { personId: world.discord.people[person], channelId: message.channelId };
  const outcome = await world.discord.press({ ...where, messageId: message.id, customId });
  if (!outcome.modal && !outcome.reply) throw new Error(`${customId} was not answered: ${outcome.state}`);
  if (!outcome.modal) return textOf(outcome.reply ?? undefined);
  const sent = await world.discord.submitModal({
    personId: where.personId,
    interactionId: outcome.id,
    fields: { answer },
  });
  if (!sent.reply) throw new Error(`the modal of ${customId} was not answered: ${sent.state}`);
  return textOf(sent.reply);
}

/** A pause begun by Anna; what the bot answered. */
export function pause(world: World, options: Options): Promise<string> {
  return command(world, 'anna', 'pause', { minutes: 60, reason: 'moving racks', ...options });
}

/** Ends every pause that the command proposes; what the bot answered to each. */
export async function resumeAll(world: World): Promise<string[]> {
  const where = { personId: world.discord.people.ben, channelId: world.discord.channels.purchases };
  const choices = await world.discord.autocomplete({
    ...where,
    name: 'resume',
    options: { pause: '' },
    focused: 'pause',
  });
  const answers: string[] = [];
  for (const choice of choices)
    answers.push(await command(world, 'ben', 'resume', { pause: String(choice.value) }));
  return answers;
}

/** Presses a button by the beginning of its id; what the bot answered. */
export async function pressed(world: World, person: Person, message: SimMessage, action: string) {
  const customId = new RegExp(`"(${action}:[^"]+)"`).exec(textOf(message))?.[1];
  if (!customId) throw new Error(`the message has no ${action} button: ${textOf(message)}`);
  const where = { personId: world.discord.people[person], channelId: message.channelId };
  const outcome = await world.discord.press({ ...where, messageId: message.id, customId });
  if (!outcome.reply) throw new Error(`${customId} was not answered: ${outcome.state}`);
  return outcome.reply;
}

/** The alerts that are about a purchase: those whose Inspect button is its own. */
export function alertsAbout(world: World, id: string): SimMessage[] {
  return alerts(world).filter((message) => textOf(message).includes(`inspect:${id}:`));
}

export function untilAlert(world: World, words: string, realMs?: number): Promise<SimMessage> {
  return until(
    `an alert: ${words}`,
    () => alerts(world).findLast((message) => textOf(message).includes(words)),
    realMs,
  );
}

/** Requests that the panel was asked so far. */
export function asked(world: World, method: string, path: RegExp) {
  return world.panel.requests.filter((request) => request.method === method && path.test(request.path));
}

export const CREATE = /\/servers(\?|$)/;

/** What staff did to a target, oldest first. */
export async function actionsOn(world: World, target: string) {
  const rows = await world.database`
    select actor_name, action, outcome, detail from orderly_staff_actions where target = ${target} order by at`;
  return rows.map((one) => ({ ...one }));
}

/** An order that failed for its plan, which is mended by now. Each plan once: orders of one cause share an alert. */
export async function failedOrder(world: World, planId: string): Promise<Sale> {
  const [plan] = await world.database`select egg from plans where id = ${planId}`;
  await world.database`update plans set egg = 999 where id = ${planId}`;
  const sale = await buy(world, { planId, serverName: 'Broken one' });
  await until('an alert', () => alertsAbout(world, sale.id)[0]);
  await world.database`update plans set egg = ${plan?.egg} where id = ${planId}`;
  await until('a red message', () => textOf(liveMessages(world, sale.id)[0]).includes('🔴'));
  return sale;
}
