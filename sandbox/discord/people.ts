/** What people do in the guild, as their Discord app would let them. */
import { Component, type RawComponent } from './component-schema.ts';
import { walk } from './components.ts';
import { holdInteraction, type NewInteraction } from './held-interaction.ts';
import { dispatchInteraction, resolve } from './interaction-payload.ts';
import { Flag } from './message-body.ts';
import { postMessage } from './messages.ts';
import { chosenIds, type FieldAnswers, filled } from './modal-answers.ts';
import { checkChosen } from './select-rules.ts';
import type { HeldInteraction, InteractionOutcome, SimMessage } from './types.ts';
import { channelOf, personOf, type World } from './world.ts';

export type Where = { personId: string; channelId: string };
export type OnComponent = Where & { messageId: string; customId: string };

/** Presses a button; the result is there when the bot answered, or did not in time. */
export function press(world: World, on: OnComponent): Promise<InteractionOutcome> {
  const { message, component } = componentOn(world, on);
  if (component.type !== Component.Button) throw new Error(`${on.customId} is not a button`);
  return send(
    world,
    { kind: 'button', name: on.customId, messageId: message.id, ...whereOf(on) },
    { custom_id: on.customId, component_type: component.type, id: component.id },
    message,
  );
}

/** Chooses values in a select menu. */
export function select(world: World, on: OnComponent & { values: string[] }): Promise<InteractionOutcome> {
  const { message, component } = componentOn(world, on);
  if (component.type === Component.Button) throw new Error(`${on.customId} is not a select menu`);
  checkChosen(world.guild, component, on.values);
  const resolved = component.options ? {} : { resolved: resolve(world, on.values) };
  return send(
    world,
    { kind: 'select', name: on.customId, messageId: message.id, ...whereOf(on) },
    {
      custom_id: on.customId,
      component_type: component.type,
      id: component.id,
      values: on.values,
      ...resolved,
    },
    message,
  );
}

export type ModalAnswers = {
  personId: string;
  interactionId: string;
  /** By custom id: text, or what was chosen in a menu. What is left out stays as the modal opened. */
  fields: FieldAnswers;
};

/** Fills in and sends the modal that an interaction was answered with. */
export function submitModal(
  world: World,
  { personId, interactionId, fields }: ModalAnswers,
): Promise<InteractionOutcome> {
  const opener = world.interactions.get(interactionId)?.outcome;
  if (!opener?.modal) throw new Error(`interaction ${interactionId} opened no modal`);
  if (opener.personId !== personId) throw new Error('only the person who opened a modal sees it');
  const message = world.messages.get(opener.messageId ?? '') ?? null;
  const origin = opener.kind === 'button' || opener.kind === 'select' ? message : null;
  return send(
    world,
    {
      kind: 'modal',
      name: opener.modal.customId,
      personId,
      channelId: opener.channelId,
      messageId: origin?.id ?? null,
    },
    {
      custom_id: opener.modal.customId,
      components: opener.modal.components.map((component) => filled(world.guild, component, fields)),
      resolved: resolve(world, chosenIds(opener.modal.components, fields)),
    },
    origin,
  );
}

/** Writes a plain message, as people do. */
export function say(world: World, { personId, channelId, content }: Where & { content: string }): SimMessage {
  return postMessage(world, {
    channel: channelOf(world, channelId),
    author: personOf(world, personId),
    body: { content },
    files: [],
  });
}

/** Makes an interaction, sends it to the bot and waits for what becomes of it. */
export async function send(
  world: World,
  made: NewInteraction,
  data: Record<string, unknown>,
  message: SimMessage | null,
): Promise<InteractionOutcome> {
  const held: HeldInteraction = holdInteraction(world, made);
  dispatchInteraction(world, held, data, message);
  await held.settled;
  return held.outcome;
}

function whereOf({ personId, channelId }: Where): Where {
  return { personId, channelId };
}

function componentOn(world: World, on: OnComponent): { message: SimMessage; component: RawComponent } {
  const person = personOf(world, on.personId);
  const message = world.messages.get(on.messageId);
  if (!message || message.deleted || message.channelId !== on.channelId) {
    throw new Error(`there is no message ${on.messageId} in this channel`);
  }
  const isHidden = message.ephemeralFor !== null && message.ephemeralFor !== person.id;
  if (isHidden || message.flags & Flag.Loading) throw new Error(`${person.username} cannot use this message`);
  const component = walk(message.components).find(({ custom_id: id }) => id === on.customId);
  if (!component) throw new Error(`message ${message.id} has no component ${on.customId}`);
  if (component.disabled) throw new Error(`the component ${on.customId} is disabled`);
  return { message, component };
}
