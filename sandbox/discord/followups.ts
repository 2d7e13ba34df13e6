/** What a bot does with an interaction's token after its first answer: `/webhooks/:application/:token`. */
import { refuse } from './errors.ts';
import { advance, isTokenAlive } from './held-interaction.ts';
import { Flag, parseMessageBody } from './message-body.ts';
import { editMessage, postMessage, removeMessage, type UploadedFile } from './messages.ts';
import type { HeldInteraction, SimMessage } from './types.ts';
import { botOf, channelOf, type World } from './world.ts';

/** The interaction of a token, or Discord's refusal. */
export function byToken(world: World, applicationId: string, token: string): HeldInteraction {
  const held = [...world.interactions.values()].find((other) => other.token === token);
  if (!held || held.callbackType === null || applicationId !== world.guild.applicationId) {
    throw refuse.unknownWebhook();
  }
  if (!isTokenAlive(world, held)) throw refuse.invalidWebhookToken();
  return held;
}

/** A message that the token reaches: `@original`, a follow-up, or by its id. */
export function messageOf(world: World, held: HeldInteraction, id: string): SimMessage {
  const message = id === '@original' ? held.original : world.messages.get(id);
  const isOurs =
    message && (message === held.original || held.outcome.followups.includes(message)) && !message.deleted;
  if (!isOurs) throw refuse.unknownMessage();
  return message;
}

/** Posts a follow-up; the first one after a deferral takes the place of "thinking…". */
export function followUp(
  world: World,
  held: HeldInteraction,
  body: unknown,
  files: UploadedFile[],
): SimMessage {
  if (held.outcome.state === 'acknowledged' && held.original) {
    return editByToken(world, held, held.original, body, files);
  }
  const parsed = parseMessageBody(body);
  const message = postMessage(world, {
    channel: channelOf(world, held.outcome.channelId),
    author: botOf(world),
    body: parsed,
    files,
    interactionId: held.outcome.id,
    ephemeralFor: (parsed.flags ?? 0) & Flag.Ephemeral ? held.outcome.personId : null,
  });
  held.outcome.followups.push(message);
  advance(world, held, 'answered');
  return message;
}

/** Edits a message of the interaction; a deferred one is answered by that. */
export function editByToken(
  world: World,
  held: HeldInteraction,
  message: SimMessage,
  body: unknown,
  files: UploadedFile[],
): SimMessage {
  editMessage(world, message, parseMessageBody(body), files);
  advance(world, held, 'answered');
  return message;
}

/** Deletes a message of the interaction. */
export function deleteByToken(world: World, held: HeldInteraction, message: SimMessage): void {
  removeMessage(world, message);
  if (message === held.outcome.reply) held.outcome.reply = null;
  advance(world, held, 'answered');
}
