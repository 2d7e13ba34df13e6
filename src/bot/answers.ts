import {
  type AnySelectMenuInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js';
import type { Actor } from '../actions/actor.ts';
import { toError } from '../lib/failure.ts';
import type { BotDeps } from './deps.ts';
import { NOT_RECORDED } from './messages/action-words.ts';
import { type AnswerBody, type MessageBody, text, whisper } from './messages/parts.ts';
import { missingOf } from './settings.ts';

export type OnMessage = ButtonInteraction | AnySelectMenuInteraction;
export type Answerable =
  | OnMessage
  | ModalSubmitInteraction
  | ChatInputCommandInteraction
  | MessageContextMenuCommandInteraction;

const NO_DATABASE = whisper(
  'red',
  'The database did not answer, so nothing can be shown. Try again in a moment.',
);

/** 10062: Discord gave up waiting, or the person left. */
const UNKNOWN_INTERACTION = 10062;

/**
 * A look-up may take longer than Discord waits: acknowledged at once, answered when it is there. When the interaction is gone, what
 * was begun is finished all the same, for nobody to read.
 */
export async function look(
  deps: BotDeps,
  interaction: Answerable,
  find: () => Promise<AnswerBody>,
): Promise<void> {
  const isHeard = await acknowledge(deps, interaction.id, () =>
    interaction.deferReply({ flags: MessageFlags.Ephemeral }),
  );
  const body: AnswerBody = (await found(deps, find)) ?? NO_DATABASE;
  if (!isHeard) return;
  try {
    await interaction.editReply(shownAs(deps, body));
  } catch (thrown) {
    if (!body.plain || !body.files) throw thrown;
    deps.log.warn({ reason: toError(thrown).message.slice(0, 200) }, 'a picture could not be uploaded');
    await interaction.editReply(shownAs(deps, body.plain));
  }
}

/** The same in the message that the button is on: a list is leafed through in place, and keeps its page when the next can't be had. */
export async function turn(
  deps: BotDeps,
  interaction: OnMessage,
  find: () => Promise<MessageBody>,
): Promise<void> {
  const isHeard = await acknowledge(deps, interaction.id, () => interaction.deferUpdate());
  if (!isHeard) return;
  const body = await found(deps, find);
  if (body !== null) await interaction.editReply(shownAs(deps, body));
  else {
    const flags = MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral;
    await interaction.followUp({ ...shownAs(deps, NO_DATABASE), flags });
  }
}

/** An action is recorded before it is acknowledged: what was acknowledged is never lost, what was not can be pressed again (P8). */
export async function act(
  deps: BotDeps,
  interaction: Answerable,
  record: () => Promise<AnswerBody>,
): Promise<void> {
  let body: AnswerBody;
  try {
    body = await record();
  } catch (thrown) {
    const reason = toError(thrown).message;
    deps.log.warn({ interaction: interaction.id, reason }, 'an action was not recorded');
    body = NOT_RECORDED;
  }
  await reply(deps, interaction, body);
}

/**
 * An action that others have to be asked for before it is recorded, which may take longer than Discord waits: acknowledged first. What was
 * not recorded says so, and can be pressed again.
 */
export function actLate(
  deps: BotDeps,
  interaction: Answerable,
  record: () => Promise<AnswerBody>,
): Promise<void> {
  return look(deps, interaction, async () => {
    try {
      return await record();
    } catch (thrown) {
      const reason = toError(thrown).message;
      deps.log.warn({ interaction: interaction.id, reason }, 'an action was not recorded');
      return NOT_RECORDED;
    }
  });
}

/**
 * An action whose answer is the message that the press was on, with what is so now. When it was not recorded the message stays, and an
 * answer of its own says so.
 */
export async function change(
  deps: BotDeps,
  interaction: OnMessage,
  record: () => Promise<{ page: MessageBody } | { whisper: MessageBody }>,
): Promise<void> {
  let done: Awaited<ReturnType<typeof record>>;
  try {
    done = await record();
  } catch (thrown) {
    const reason = toError(thrown).message;
    deps.log.warn({ interaction: interaction.id, reason }, 'an action was not recorded');
    done = { whisper: NOT_RECORDED };
  }
  if ('page' in done) await interaction.update(shownAs(deps, done.page));
  else await reply(deps, interaction, done.whisper);
}

export async function reply(deps: BotDeps, interaction: Answerable, body: MessageBody): Promise<void> {
  // What changes for all is said to all; everything else only to the one who asked.
  const flags = MessageFlags.IsComponentsV2 | (body.flags & MessageFlags.Ephemeral);
  await interaction.reply({ ...shownAs(deps, body), flags });
}

/** Puts an answer in the place of the message that the button is on. */
export async function replace(deps: BotDeps, interaction: OnMessage, body: MessageBody): Promise<void> {
  await interaction.update(shownAs(deps, body));
}

export function actorOf(interaction: Answerable): Actor {
  return { interaction: interaction.id, id: interaction.user.id, name: interaction.user.displayName };
}

/**
 * Discord refuses "ephemeral" in an edit, so an answer and its edit differ in it. While Orderly can't do its work for want of settings,
 * every answer says so.
 */
function shownAs(deps: BotDeps, { components, files }: AnswerBody) {
  const missing = missingOf(deps.settings());
  return {
    components: missing === null ? components : [...components, text(`⚠️ Orderly has ${missing}.`)],
    ...(files ? { files } : {}),
    flags: MessageFlags.IsComponentsV2 as const,
    allowedMentions: { parse: [] },
  };
}

async function found(deps: BotDeps, find: () => Promise<AnswerBody>): Promise<AnswerBody | null> {
  try {
    return await find();
  } catch (thrown) {
    deps.log.warn({ reason: toError(thrown).message }, 'a look-up failed');
    return null;
  }
}

async function acknowledge(deps: BotDeps, id: string, defer: () => Promise<unknown>): Promise<boolean> {
  try {
    await defer();
    return true;
  } catch (thrown) {
    if (!(thrown instanceof DiscordAPIError) || thrown.code !== UNKNOWN_INTERACTION) throw thrown;
    deps.log.warn({ interaction: id, code: thrown.code }, 'nobody waits for this answer any more');
    return false;
  }
}
