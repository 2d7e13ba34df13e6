/** Posting, editing and deleting, whoever does it. */
import { numberComponents } from './components.ts';
import { refuse } from './errors.ts';
import type { Channel, Person, ThreadState } from './guild.ts';
import { checkFileLinks, mediaOf } from './media.ts';
import { NO_PINGS, peopleReached, pingsOf } from './mentions.ts';
import { checkMessageState, Flag, type MessageBody } from './message-body.ts';
import { apiMessage, attachmentUrl } from './message-wire.ts';
import { changeThread } from './threads.ts';
import type { SimAttachment, SimMessage } from './types.ts';
import type { World } from './world.ts';

const NONCE_MEMORY_MS = 5 * 60_000;
const POSTING_FLAGS = Flag.SuppressEmbeds | Flag.SuppressNotifications | Flag.ComponentsV2;
const EDITING_FLAGS = Flag.SuppressEmbeds | Flag.ComponentsV2;

export type UploadedFile = Omit<SimAttachment, 'id'>;

export type Posting = {
  channel: Channel;
  author: Person;
  body: MessageBody;
  files: UploadedFile[];
  repliedTo?: SimMessage | null;
  /** For the answer to an interaction. */
  interactionId?: string;
  ephemeralFor?: string | null;
  loading?: boolean;
};

/** Posts a message, or returns the one that the same author posted with the same nonce minutes ago. */
export function postMessage(world: World, posting: Posting): SimMessage {
  const { body, author, channel, ephemeralFor = null, repliedTo = null } = posting;
  const twin = body.enforce_nonce ? findTwin(world, author.id, body.nonce) : null;
  if (twin) return twin;
  const message = newMessage(world, posting);
  if (!posting.loading) {
    fill(world, message, body, posting.files);
    if (!ephemeralFor) message.pings = pingsOf(world.guild, author, channel, body, repliedTo);
  }
  world.messages.set(message.id, message);
  channel.lastMessageId = message.id;
  if (channel.thread) countInThread(world, channel, channel.thread);
  announce(world, message, 'messageCreated');
  const personIds = peopleReached(world.guild, message.pings);
  if (personIds.length > 0) world.emit({ type: 'ping', message, personIds });
  return message;
}

/** A post opens an archived thread again. */
function countInThread(world: World, channel: Channel, thread: ThreadState): void {
  thread.messages += 1;
  thread.sent += 1;
  if (thread.archived) changeThread(world, channel, { archived: false });
}

/** Changes the fields that the body names; nobody is notified. */
export function editMessage(
  world: World,
  message: SimMessage,
  body: MessageBody,
  files: UploadedFile[],
): void {
  fill(world, message, body, files);
  message.flags &= ~Flag.Loading;
  message.editedMs = world.clock.now();
  message.edits += 1;
  announce(world, message, 'messageEdited');
}

/** Takes a message away; it stays known, marked deleted. */
export function removeMessage(world: World, message: SimMessage): void {
  message.deleted = true;
  const thread = world.guild.channels.get(message.channelId)?.thread;
  if (thread) thread.messages -= 1;
  announce(world, message, 'messageDeleted');
}

/** The messages that a person sees in a channel, oldest first; without a person, those that everybody sees. */
export function visibleMessages(world: World, channelId: string, personId?: string): SimMessage[] {
  return [...world.messages.values()].filter(
    (message) =>
      message.channelId === channelId &&
      !message.deleted &&
      (message.ephemeralFor === null || message.ephemeralFor === personId),
  );
}

/** A message of a channel that a route may name: not deleted, not ephemeral. */
export function findMessage(world: World, channelId: string, messageId: string): SimMessage {
  const message = world.messages.get(messageId);
  if (!message || message.deleted || message.ephemeralFor || message.channelId !== channelId) {
    throw refuse.unknownMessage();
  }
  return message;
}

function newMessage(world: World, posting: Posting): SimMessage {
  const { channel, author, body, repliedTo, interactionId = null, ephemeralFor = null } = posting;
  const own = (ephemeralFor ? Flag.Ephemeral : 0) | (posting.loading ? Flag.Loading : 0);
  return {
    id: world.nextId(),
    channelId: channel.id,
    authorId: author.id,
    createdMs: world.clock.now(),
    content: '',
    components: [],
    embeds: [],
    attachments: [],
    // A deferral may carry no flag but Ephemeral.
    flags: (posting.loading ? 0 : (body.flags ?? 0) & POSTING_FLAGS) | own,
    pings: NO_PINGS,
    editedMs: null,
    edits: 0,
    history: [],
    nonce: body.nonce ?? null,
    referencedMessageId: repliedTo?.id ?? null,
    ephemeralFor,
    interactionId,
    threadId: null,
    deleted: false,
  };
}

/** Writes what a body says into a message, all or (with Discord's 400) nothing. */
function fill(world: World, message: SimMessage, body: MessageBody, files: UploadedFile[]): void {
  const kept = body.attachments
    ? message.attachments.filter(({ id }) => body.attachments?.some((attachment) => attachment.id === id))
    : message.attachments;
  const next = {
    content: body.content === undefined ? message.content : (body.content ?? ''),
    components: body.components === undefined ? message.components : structuredClone(body.components ?? []),
    embeds: body.embeds === undefined ? message.embeds : (body.embeds ?? []),
    flags: message.flags | ((body.flags ?? 0) & EDITING_FLAGS),
  };
  checkMessageState({ ...next, attachments: kept.length + files.length });
  const attachments = [...kept, ...files.map((file) => ({ ...file, id: world.nextId() }))];
  checkFileLinks(next.components, attachments);
  numberComponents(next.components);
  message.history.push({ ...body, atMs: world.clock.now() });
  Object.assign(message, { ...next, attachments });
  linkFiles(world, message);
}

/** `attachment://name` in a component stands for the uploaded file of that name. */
function linkFiles(world: World, message: SimMessage): void {
  for (const { media } of mediaOf(message.components)) {
    const upload = message.attachments.find(({ filename }) => media.url === `attachment://${filename}`);
    if (upload) media.url = attachmentUrl(world, message, upload);
  }
}

function findTwin(world: World, authorId: string, nonce: string | null | undefined): SimMessage | null {
  if (nonce == null) return null;
  const since = world.clock.now() - NONCE_MEMORY_MS;
  const twin = [...world.messages.values()].findLast(
    (message) => message.authorId === authorId && message.nonce === nonce && message.createdMs >= since,
  );
  return twin && !twin.deleted ? twin : null;
}

function announce(
  world: World,
  message: SimMessage,
  type: 'messageCreated' | 'messageEdited' | 'messageDeleted',
): void {
  world.emit({ type, message });
  if (message.ephemeralFor) return;
  const { guild } = world;
  if (type === 'messageDeleted') {
    world.gateway.dispatch('MESSAGE_DELETE', {
      id: message.id,
      channel_id: message.channelId,
      guild_id: guild.id,
    });
    return;
  }
  const event = type === 'messageCreated' ? 'MESSAGE_CREATE' : 'MESSAGE_UPDATE';
  world.gateway.dispatch(event, { ...apiMessage(world, message), guild_id: guild.id });
}
