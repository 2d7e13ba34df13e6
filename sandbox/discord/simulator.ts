import type { SimCommand } from './command-schema.ts';
import type { DiscordFaults } from './faults.ts';
import type { Channel, Overwrite, Person, Role } from './guild.ts';
import type { ModalAnswers, OnComponent, Where } from './people.ts';
import type { CommandUse } from './people-commands.ts';
import type { DiscordStats } from './request-log.ts';
import type {
  Choice,
  DiscordEvent,
  InteractionOutcome,
  RequestHook,
  RequestRecord,
  SimMessage,
} from './types.ts';

/** A running simulated Discord: what its people see and do, what breaks, and what the bot asked of it. */
export type DiscordSimulator = {
  /** For `rest.api` of discord.js: `http://127.0.0.1:<port>/api`. */
  url: string;
  token: string;
  applicationId: string;
  guildId: string;
  channels: Record<'purchases' | 'alerts' | 'general', string>;
  /** `support` may look, `staff` may act, `admins` may administer; only `administrator` has Discord's own right to all. */
  roles: Record<'staff' | 'onCall' | 'secondLine' | 'support' | 'admins' | 'administrator' | 'bot', string>;
  /**
   * Anna is staff and on call, Ben staff and second line, Carl has no role, Dora is support, Emil an admin with
   * Discord's Administrator. The guild belongs to somebody else.
   */
  people: Record<'anna' | 'ben' | 'carl' | 'dora' | 'emil', string>;
  /** For a page: names, colours, threads. Live objects. */
  guild(): { id: string; name: string; roles: Role[]; people: Person[]; channels: Channel[] };
  stop(): Promise<void>;

  /** The visible messages in order; ephemeral ones only for the person who sees them. Live objects. */
  messages(channelId: string, personId?: string): SimMessage[];
  /** Deletes any message, as a person with the right to would. */
  deleteMessage(channelId: string, messageId: string): void;
  say(what: Where & { content: string }): SimMessage;
  /**
   * These resolve when the bot has answered, when it has not within 3 seconds of the clock (`failed`), or 15 seconds
   * after a deferral. They reject when a person could not do this: no such button, a missing option.
   */
  press(on: OnComponent): Promise<InteractionOutcome>;
  select(on: OnComponent & { values: string[] }): Promise<InteractionOutcome>;
  runCommand(use: CommandUse): Promise<InteractionOutcome>;
  autocomplete(use: CommandUse & { focused: string }): Promise<Choice[]>;
  submitModal(answers: ModalAnswers): Promise<InteractionOutcome>;
  /** `targetId` is a message or a person. */
  contextMenu(use: Where & { name: string; targetId: string }): Promise<InteractionOutcome>;
  /** Every interaction so far, oldest first. Live objects. */
  readonly interactions: InteractionOutcome[];
  /** The registered commands; global ones have no `guild_id`. */
  commands(): SimCommand[];

  changeRole(roleId: string, change: Partial<Pick<Role, 'permissions' | 'mentionable' | 'name'>>): void;
  changeOverwrite(channelId: string, targetId: string, overwrite: Overwrite | null): void;
  changePersonRoles(personId: string, roleIds: readonly string[]): void;
  deleteChannel(channelId: string): void;

  faults: DiscordFaults;
  requests: readonly RequestRecord[];
  stats: DiscordStats;
  onRequest(hook: RequestHook): () => void;
  subscribe(listener: (event: DiscordEvent) => void): () => void;
  connectedSessions(): number;
};
