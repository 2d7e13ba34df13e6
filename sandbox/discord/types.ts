import type { RawComponent } from './component-schema.ts';
import type { MessageBody } from './message-body.ts';

/** Who a message really notified when it was posted; edits never add to it. */
export type Pings = { everyone: boolean; roles: string[]; users: string[] };

export type SimAttachment = { id: string; filename: string; contentType: string; bytes: Uint8Array };

/** One state that a message was given: the request body, and when it came. */
export type SimRevision = MessageBody & { atMs: number };

/** A message as the channel shows it. The object is live: later edits change it. */
export type SimMessage = {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly createdMs: number;
  content: string;
  components: RawComponent[];
  embeds: Record<string, unknown>[];
  attachments: SimAttachment[];
  flags: number;
  pings: Pings;
  editedMs: number | null;
  /** How often it was edited. */
  edits: number;
  /** Every body it was given, the creating one first. */
  history: SimRevision[];
  nonce: string | null;
  referencedMessageId: string | null;
  /** The only person who sees it, for an ephemeral one. */
  ephemeralFor: string | null;
  /** The interaction that it answers. */
  interactionId: string | null;
  threadId: string | null;
  deleted: boolean;
};

export type Choice = { name: string; value: string | number };

export type SimModal = { customId: string; title: string; components: RawComponent[] };

export type InteractionKind = 'button' | 'select' | 'command' | 'contextMenu' | 'autocomplete' | 'modal';

/**
 * What became of something a person did. The object is live.
 * `pending`: no callback yet; `acknowledged`: deferred, Discord shows "thinking…"; `answered`: final;
 * `failed`: no callback within 3 seconds, Discord shows "This interaction failed".
 */
export type InteractionOutcome = {
  readonly id: string;
  readonly kind: InteractionKind;
  /** The custom id or the command's name. */
  readonly name: string;
  readonly personId: string;
  readonly channelId: string;
  /** The message with the button, or the message a context menu was opened on. */
  readonly messageId: string | null;
  readonly createdMs: number;
  /** How long the first callback took, in milliseconds of the clock. */
  ackMs: number | null;
  state: 'pending' | 'acknowledged' | 'answered' | 'failed';
  reply: SimMessage | null;
  followups: SimMessage[];
  modal: SimModal | null;
  choices: Choice[] | null;
};

export type DiscordEvent =
  | { type: 'messageCreated' | 'messageEdited' | 'messageDeleted'; message: SimMessage }
  | { type: 'ping'; message: SimMessage; personIds: string[] }
  | { type: 'interactionChanged'; interaction: InteractionOutcome }
  | { type: 'sessionsChanged'; connected: number }
  | { type: 'commandsChanged' }
  | { type: 'guildChanged' };

export type RequestRecord = { atMs: number; method: string; path: string; status: number };

export type RequestMoment = {
  method: string;
  path: string;
  body: unknown;
  /** `after`: the request took effect and its answer is not written yet. */
  when: 'before' | 'after';
};

export type RequestHook = (request: RequestMoment) => void | Promise<void>;

/** What is kept of an interaction beside what people see of it. */
export type HeldInteraction = {
  outcome: InteractionOutcome;
  token: string;
  /** The first callback's type; null until it came. */
  callbackType: number | null;
  /** What `@original` stands for: the reply, or for an update the message with the component. */
  original: SimMessage | null;
  /** Aborts when a callback came, so that the 3 seconds stop. */
  answered: AbortController;
  settle: () => void;
  settled: Promise<void>;
};
