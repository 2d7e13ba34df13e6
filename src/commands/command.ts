import type {
  APIMessageTopLevelComponent,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from 'discord.js';
import type { Actor } from '../actions/actor.ts';
import type { BotDeps } from '../bot/deps.ts';
import type { AnswerBody, MessageBody } from '../bot/messages/parts.ts';
import type { Needs } from '../bot/permissions.ts';

/** `people`: the names of those whom an option names; their ids are in `options`. */
export type CommandInput = {
  actor: Actor;
  options: Record<string, string>;
  people: Record<string, string>;
  applicationId: string;
};
export type Choice = { name: string; value: string };

/** One slash command. It answers with a message and knows nothing of the interaction. */
export type Command = {
  /** Who may use it, and have it completed. */
  needs: Needs;
  definition: RESTPostAPIChatInputApplicationCommandsJSONBody;
  /** `look`: acknowledged first, may take a while. `act`: recorded first (1.5 s at most), then acknowledged. */
  kind: 'look' | 'act';
  run(deps: BotDeps, input: CommandInput): Promise<AnswerBody>;
  /** @param option the one that is typed in. */
  complete?(deps: BotDeps, typed: string, option: string): Promise<Choice[]>;
};

/** The message that somebody used an entry of its "Apps" menu on. */
export type MenuTarget = { isOurs: boolean; components: APIMessageTopLevelComponent[] };

/** One entry of a message's "Apps" menu; it only looks. */
export type MessageMenu = {
  needs: Needs;
  definition: RESTPostAPIContextMenuApplicationCommandsJSONBody;
  run(deps: BotDeps, target: MenuTarget): Promise<MessageBody>;
};
