import {
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type Interaction,
  type MessageContextMenuCommandInteraction,
} from 'discord.js';
import type { Command } from '../commands/command.ts';
import { COMMANDS, MENUS } from '../commands/index.ts';
import { toError } from '../lib/failure.ts';
import { type Answerable, act, actorOf, look, reply } from './answers.ts';
import type { BotDeps } from './deps.ts';
import { OPEN_ID } from './messages/list-id.ts';
import { whisper } from './messages/parts.ts';
import { isStaff } from './permissions.ts';
import { inspected, NO_SUCH_BUTTON, press } from './presses.ts';
import { submitted } from './sure.ts';

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
      interaction.isStringSelectMenu()
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
  const what = 'customId' in interaction ? interaction.customId : interaction.commandName;
  if (!isStaff(interaction, deps.settings())) return refuse(deps, interaction, what);
  if (interaction.isButton()) return press(deps, interaction);
  if (interaction.isModalSubmit()) return submitted(deps, interaction);
  if (interaction.isStringSelectMenu()) {
    const [chosen] = interaction.values;
    if (interaction.customId !== OPEN_ID || !chosen) return reply(interaction, NO_SUCH_BUTTON);
    return look(deps, interaction, () => inspected(deps, chosen));
  }
  if (interaction.isMessageContextMenuCommand()) return useMenu(deps, interaction);
  const command = COMMANDS[interaction.commandName];
  return command ? run(deps, interaction, command) : reply(interaction, NO_SUCH_COMMAND);
}

async function run(deps: BotDeps, interaction: ChatInputCommandInteraction, command: Command): Promise<void> {
  const options = Object.fromEntries(
    interaction.options.data.map(({ name, value }) => [name, String(value ?? '')]),
  );
  const input = { actor: actorOf(interaction), options, applicationId: interaction.applicationId };
  const how = command.kind === 'look' ? look : act;
  return how(deps, interaction, () => command.run(deps, input));
}

async function useMenu(deps: BotDeps, interaction: MessageContextMenuCommandInteraction): Promise<void> {
  const menu = MENUS[interaction.commandName];
  if (!menu) return reply(interaction, NO_SUCH_COMMAND);
  const { author, components } = interaction.targetMessage;
  const target = {
    isOurs: author.id === interaction.client.user.id,
    components: components.map((component) => component.toJSON()),
  };
  return look(deps, interaction, () => menu.run(deps, target));
}

async function refuse(deps: BotDeps, interaction: Answerable, what: string): Promise<void> {
  const { id, name, interaction: key } = actorOf(interaction);
  // A refusal is kept as well, but nobody waits for it.
  const kept = deps.store.act({
    interaction: key,
    actor_id: id,
    actor_name: name,
    action: 'refused',
    target: what,
  });
  await reply(interaction, whisper('grey', `Only <@&${deps.settings().actRoleIds[0]}> may do this.`));
  await kept;
}

async function complete(deps: BotDeps, interaction: AutocompleteInteraction): Promise<void> {
  const command = COMMANDS[interaction.commandName];
  const allowed = isStaff(interaction, deps.settings());
  if (!allowed || !command?.complete) return interaction.respond([]);
  let choices: Awaited<ReturnType<NonNullable<Command['complete']>>> = [];
  try {
    const { name, value } = interaction.options.getFocused(true);
    choices = await command.complete(deps, value, name);
  } catch (thrown) {
    deps.log.warn({ reason: toError(thrown).message }, 'a search failed');
  }
  await interaction.respond(choices);
}
