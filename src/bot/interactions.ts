import {
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type Interaction,
  type MessageContextMenuCommandInteraction,
} from 'discord.js';
import type { Command } from '../commands/command.ts';
import { openIncident } from '../commands/incidents.ts';
import { COMMANDS, MENUS } from '../commands/index.ts';
import { toError } from '../lib/failure.ts';
import { type Answerable, act, actorOf, look, reply } from './answers.ts';
import type { BotDeps } from './deps.ts';
import { neededToPress, readCustomId } from './messages/custom-id.ts';
import { OPEN_ID } from './messages/list-id.ts';
import { whisper } from './messages/parts.ts';
import { OPEN_INCIDENT_ID } from './messages/search-id.ts';
import { readSetupId } from './messages/setup-id.ts';
import { isAllowed, levelOf, type Needs } from './permissions.ts';
import { inspected, NO_SUCH_BUTTON, press } from './presses.ts';
import { refuse, refuseCompletion } from './refusals.ts';
import { useSetup } from './setup.ts';
import { submitted } from './submits.ts';

const NO_SUCH_COMMAND = whisper(
  'grey',
  'This version of Orderly has no such command. `/help` lists what it has.',
);

/** Routes every press and command. Never rejects: an error here would end the process. */
export async function onInteraction(deps: BotDeps, interaction: Interaction): Promise<void> {
  try {
    if (interaction.isAutocomplete()) await complete(deps, interaction);
    else if (
      interaction.isChatInputCommand() ||
      interaction.isMessageContextMenuCommand() ||
      interaction.isButton() ||
      interaction.isModalSubmit() ||
      interaction.isAnySelectMenu()
    ) {
      await answer(deps, interaction);
    }
  } catch (thrown) {
    const error = toError(thrown);
    // 10062, 40060: Discord gave up waiting. 10008: the message is gone. What was to be done is done or was never recorded.
    const code = error instanceof DiscordAPIError ? error.code : undefined;
    deps.log.warn(
      { interaction: interaction.id, code, reason: error.message.slice(0, 200) },
      'an interaction could not be answered',
    );
  }
}

async function answer(deps: BotDeps, interaction: Answerable): Promise<void> {
  const target = 'customId' in interaction ? interaction.customId : interaction.commandName;
  const needs = neededFor(interaction);
  const has = levelOf(interaction, deps.settings());
  if (!isAllowed(has, needs)) return refuse(deps, interaction, { target, needs, has });
  if (interaction.isModalSubmit()) return submitted(deps, interaction);
  if (interaction.isMessageContextMenuCommand()) return useMenu(deps, interaction);
  if (interaction.isChatInputCommand()) {
    const command = COMMANDS[interaction.commandName];
    return command ? run(deps, interaction, command) : reply(deps, interaction, NO_SUCH_COMMAND);
  }
  const setup = readSetupId(interaction.customId);
  if (setup) return useSetup(deps, interaction, setup);
  if (interaction.isButton()) return press(deps, interaction);
  const [chosen] = interaction.values;
  if (interaction.customId === OPEN_INCIDENT_ID && chosen)
    return look(deps, interaction, () => openIncident(deps, chosen));
  if (interaction.customId !== OPEN_ID || !chosen) return reply(deps, interaction, NO_SUCH_BUTTON);
  return look(deps, interaction, () => inspected(deps, chosen));
}

/** What a press, a command or a menu asks of a person. What no version of ours knows does nothing, which anybody of staff may see. */
function neededFor(interaction: Answerable): Needs {
  if (interaction.isChatInputCommand()) return COMMANDS[interaction.commandName]?.needs ?? 'view';
  if (interaction.isMessageContextMenuCommand()) return MENUS[interaction.commandName]?.needs ?? 'view';
  if (readSetupId(interaction.customId)) return 'administer';
  // A form is sent by one who was allowed to open it, and may not be any more.
  if (interaction.isModalSubmit()) return 'act';
  const button = readCustomId(interaction.customId);
  return button ? neededToPress(button.action) : 'view';
}

async function run(deps: BotDeps, interaction: ChatInputCommandInteraction, command: Command): Promise<void> {
  const options = Object.fromEntries(
    interaction.options.data.map(({ name, value }) => [name, String(value ?? '')]),
  );
  const people = Object.fromEntries(
    interaction.options.data.flatMap(({ name, user }) => (user ? [[name, user.displayName]] : [])),
  );
  const input = { actor: actorOf(interaction), options, people, applicationId: interaction.applicationId };
  const how = command.kind === 'look' ? look : act;
  return how(deps, interaction, () => command.run(deps, input));
}

async function useMenu(deps: BotDeps, interaction: MessageContextMenuCommandInteraction): Promise<void> {
  const menu = MENUS[interaction.commandName];
  if (!menu) return reply(deps, interaction, NO_SUCH_COMMAND);
  const { author, components } = interaction.targetMessage;
  const target = {
    isOurs: author.id === interaction.client.user.id,
    components: components.map((component) => component.toJSON()),
  };
  return look(deps, interaction, () => menu.run(deps, target));
}

async function complete(deps: BotDeps, interaction: AutocompleteInteraction): Promise<void> {
  const command = COMMANDS[interaction.commandName];
  const needs = command?.needs ?? 'view';
  const has = levelOf(interaction, deps.settings());
  if (!isAllowed(has, needs)) {
    return refuseCompletion(deps, interaction, { target: interaction.commandName, needs, has });
  }
  if (!command?.complete) return interaction.respond([]);
  let choices: Awaited<ReturnType<NonNullable<Command['complete']>>> = [];
  try {
    const { name, value } = interaction.options.getFocused(true);
    choices = await command.complete(deps, value, name);
  } catch (thrown) {
    deps.log.warn({ reason: toError(thrown).message }, 'a search failed');
  }
  await interaction.respond(choices);
}
