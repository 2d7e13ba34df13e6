/** A message as Discord's JSON. */
import type { InteractionKind, SimAttachment, SimMessage } from './types.ts';
import { apiChannel, apiUser, iso } from './wire.ts';
import { personOf, type World } from './world.ts';

const PLAIN = 0;
const REPLY = 19;
const COMMAND_REPLY = 20;
const CONTEXT_MENU_REPLY = 23;
const INTERACTION_TYPES: Record<InteractionKind, number> = {
  command: 2,
  contextMenu: 2,
  button: 3,
  select: 3,
  autocomplete: 4,
  modal: 5,
};

export function apiMessage(world: World, message: SimMessage): Record<string, unknown> {
  const { guild } = world;
  const thread = guild.channels.get(message.threadId ?? '');
  return {
    id: message.id,
    channel_id: message.channelId,
    type: typeOf(world, message),
    author: apiUser(personOf(world, message.authorId)),
    content: message.content,
    components: message.components,
    embeds: message.embeds,
    attachments: message.attachments.map((attachment) => ({
      id: attachment.id,
      filename: attachment.filename,
      content_type: attachment.contentType,
      size: attachment.bytes.byteLength,
      url: attachmentUrl(world, message, attachment),
      proxy_url: attachmentUrl(world, message, attachment),
    })),
    flags: message.flags,
    timestamp: iso(message.createdMs),
    edited_timestamp: message.editedMs === null ? null : iso(message.editedMs),
    tts: false,
    pinned: false,
    mention_everyone: message.pings.everyone,
    mention_roles: message.pings.roles,
    mentions: message.pings.users.map((id) => apiUser(personOf(world, id))),
    ...(message.nonce === null ? {} : { nonce: message.nonce }),
    ...reference(world, message),
    ...interaction(world, message),
    ...(thread ? { thread: apiChannel(guild, thread) } : {}),
  };
}

/** Where an attachment can be downloaded. */
export function attachmentUrl(world: World, message: SimMessage, { id, filename }: SimAttachment): string {
  return `${world.origin()}/attachments/${message.id}/${id}/${encodeURIComponent(filename)}`;
}

function typeOf(world: World, message: SimMessage): number {
  const kind = world.interactions.get(message.interactionId ?? '')?.outcome.kind;
  if (kind === 'command') return COMMAND_REPLY;
  if (kind === 'contextMenu') return CONTEXT_MENU_REPLY;
  return kind || message.referencedMessageId ? REPLY : PLAIN;
}

function reference(world: World, message: SimMessage) {
  const id = message.referencedMessageId;
  if (id === null) return {};
  const referenced = world.messages.get(id);
  return {
    message_reference: { type: 0, message_id: id, channel_id: message.channelId, guild_id: world.guild.id },
    // Without its own reference, or a chain of replies would come along.
    referenced_message:
      referenced && !referenced.deleted
        ? apiMessage(world, { ...referenced, referencedMessageId: null })
        : null,
  };
}

function interaction(world: World, message: SimMessage) {
  const outcome = world.interactions.get(message.interactionId ?? '')?.outcome;
  if (!outcome) return {};
  return {
    application_id: world.guild.applicationId,
    webhook_id: world.guild.applicationId,
    interaction_metadata: {
      id: outcome.id,
      type: INTERACTION_TYPES[outcome.kind],
      name: outcome.name,
      user: apiUser(personOf(world, outcome.personId)),
      authorizing_integration_owners: { '0': world.guild.id },
    },
  };
}
