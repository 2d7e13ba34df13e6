/** The bot's first answer to an interaction: `POST /interactions/:id/:token/callback`. */
import { z } from 'zod';
import { componentSchema } from './component-schema.ts';
import { checkModalComponents } from './components.ts';
import { refuse } from './errors.ts';
import { invalidForm, parseForm } from './form.ts';
import { advance, isInTime } from './held-interaction.ts';
import { Flag, parseMessageBody } from './message-body.ts';
import { apiMessage } from './message-wire.ts';
import { editMessage, postMessage, type UploadedFile } from './messages.ts';
import type { HeldInteraction, SimModal } from './types.ts';
import { botOf, channelOf, type World } from './world.ts';

const Type = { Reply: 4, DeferReply: 5, DeferUpdate: 6, Update: 7, Choices: 8, Modal: 9 };

const callbackSchema = z.object({ type: z.int(), data: z.unknown().optional() });
const choicesSchema = z.object({
  choices: z
    .array(
      z.object({
        name: z.string().min(1).max(100),
        value: z.union([z.string().max(100), z.number()]),
      }),
    )
    .max(25),
});
const modalSchema = z.object({
  custom_id: z.string().min(1).max(100),
  title: z.string().min(1).max(45),
  components: z.array(componentSchema).min(1).max(5),
});

/** Takes the callback; returns what `with_response` asks for. */
export function takeCallback(
  world: World,
  path: { id: string; token: string },
  body: unknown,
  files: UploadedFile[],
): Record<string, unknown> {
  const held = world.interactions.get(path.id);
  if (held?.token !== path.token) throw refuse.unknownInteraction();
  if (held.callbackType !== null) throw refuse.alreadyAcknowledged();
  if (!isInTime(world, held)) throw refuse.unknownInteraction();
  const { type, data } = parseForm(callbackSchema, body);
  checkType(held, type);
  apply(world, held, type, data, files);
  held.callbackType = type;
  held.outcome.ackMs = world.clock.now() - held.outcome.createdMs;
  held.answered.abort();
  advance(world, held, type === Type.DeferReply ? 'acknowledged' : 'answered');
  return response(world, held, type);
}

function apply(
  world: World,
  held: HeldInteraction,
  type: number,
  data: unknown,
  files: UploadedFile[],
): void {
  const { outcome } = held;
  if (type === Type.Reply || type === Type.DeferReply) reply(world, held, type, data, files);
  else if (type === Type.Choices) outcome.choices = parseForm(choicesSchema, data, ['data']).choices;
  else if (type === Type.Modal) outcome.modal = parseModal(data);
  else update(world, held, type, data, files);
}

function update(
  world: World,
  held: HeldInteraction,
  type: number,
  data: unknown,
  files: UploadedFile[],
): void {
  const original = world.messages.get(held.outcome.messageId ?? '') ?? null;
  held.original = original;
  if (type === Type.DeferUpdate) return;
  if (!original || original.deleted) throw refuse.unknownMessage();
  editMessage(world, original, parseMessageBody(data, ['data']), files);
}

function parseModal(data: unknown): SimModal {
  const { custom_id: customId, title, components } = parseForm(modalSchema, data, ['data']);
  const issues = checkModalComponents(components, ['data', 'components']);
  if (issues.length > 0) throw invalidForm(issues);
  return { customId, title, components };
}

function reply(
  world: World,
  held: HeldInteraction,
  type: number,
  data: unknown,
  files: UploadedFile[],
): void {
  const { outcome } = held;
  const body = parseMessageBody(data, ['data']);
  held.original = postMessage(world, {
    channel: channelOf(world, outcome.channelId),
    author: botOf(world),
    body,
    files,
    interactionId: outcome.id,
    ephemeralFor: (body.flags ?? 0) & Flag.Ephemeral ? outcome.personId : null,
    loading: type === Type.DeferReply,
  });
  outcome.reply = held.original;
}

function checkType({ outcome }: HeldInteraction, type: number): void {
  const onMessage = outcome.kind === 'button' || outcome.kind === 'select' || outcome.kind === 'modal';
  const allowed =
    outcome.kind === 'autocomplete'
      ? [Type.Choices]
      : [
          Type.Reply,
          Type.DeferReply,
          ...(onMessage && outcome.messageId ? [Type.DeferUpdate, Type.Update] : []),
          ...(outcome.kind === 'modal' ? [] : [Type.Modal]),
        ];
  if (allowed.includes(type)) return;
  const message = `Value must be one of {${allowed.join(', ')}}.`;
  throw invalidForm([{ path: ['type'], code: 'BASE_TYPE_CHOICES', message }]);
}

function response(
  world: World,
  { outcome, original }: HeldInteraction,
  type: number,
): Record<string, unknown> {
  const message = type === Type.Choices || type === Type.Modal ? null : original;
  return {
    interaction: {
      id: outcome.id,
      type,
      ...(message
        ? {
            response_message_id: message.id,
            response_message_loading: type === Type.DeferReply,
            response_message_ephemeral: message.ephemeralFor !== null,
          }
        : {}),
    },
    resource: {
      type,
      ...(message && type !== Type.DeferUpdate ? { message: apiMessage(world, message) } : {}),
    },
  };
}
