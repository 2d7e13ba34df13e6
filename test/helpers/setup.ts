import type { InteractionOutcome, SimMessage } from '../../sandbox/discord/index.ts';
import { until, type World } from '../../sandbox/world.ts';
import type { SetupPage } from '../../src/bot/messages/setup-id.ts';
import type { Field } from '../../src/bot/settings.ts';
import { textOf } from './purchases.ts';
import { command, type Person } from './staff.ts';

/** No channel, role or person in the environment: a deployment that was just started for the first time. */
export const NOTHING_CHOSEN = {
  DISCORD_CHANNEL_ID: '',
  DISCORD_STAFF_ROLE_ID: '',
  DISCORD_ON_CALL_ROLE_ID: '',
};

/** A person's `/setup`: the message that only they see. */
export async function openSetup(world: World, person: Person): Promise<SimMessage> {
  await command(world, person, 'setup', {});
  const { reply } = world.discord.interactions.at(-1)!;
  if (!reply || !textOf(reply).includes('⚙️ Setup'))
    throw new Error(`no /setup: ${textOf(reply ?? undefined)}`);
  return reply;
}

/** Leads to a page; the message changes in place. */
export async function goTo(world: World, person: Person, message: SimMessage, page: SetupPage) {
  const before = message.edits;
  await press(world, person, message, `setup:page:${page}`);
  await until(`the page ${page}`, () => message.edits > before);
}

/** Presses something in `/setup`. */
export function press(
  world: World,
  person: Person,
  { id: messageId, channelId }: SimMessage,
  customId: string,
): Promise<InteractionOutcome> {
  return world.discord.press({ personId: world.discord.people[person], channelId, messageId, customId });
}

/** Chooses in the menu of a field, which stands on the page that is shown. */
export async function choose(
  world: World,
  person: Person,
  { id: messageId, channelId }: SimMessage,
  field: Field,
  values: string[],
): Promise<InteractionOutcome> {
  const where = { personId: world.discord.people[person], channelId, messageId };
  return world.discord.select({ ...where, customId: `setup:set:${field}`, values });
}

/** What /readyz says is wrong. */
export async function troublesOf(world: World): Promise<string[]> {
  const answer = await fetch(`${world.botUrl}/readyz`);
  return ((await answer.json()) as { troubles: string[] }).troubles;
}
