import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type Interaction,
  MessageFlags,
} from 'discord.js';
import type { Actor } from '../actions/actor.ts';
import { reinstall } from '../actions/reinstall.ts';
import { retry, retryIncident } from '../actions/retry.ts';
import type { Command } from '../commands/command.ts';
import { COMMANDS } from '../commands/index.ts';
import { toError } from '../lib/failure.ts';
import { inspect } from '../runbook/inspect.ts';
import type { BotDeps } from './deps.ts';
import { actionMessage, NOT_RECORDED } from './messages/action-words.ts';
import { readCustomId } from './messages/custom-id.ts';
import { inspectMessage } from './messages/inspect-message.ts';
import { type MessageBody, whisper } from './messages/parts.ts';
import { isStaff } from './permissions.ts';

type Answerable = ButtonInteraction | ChatInputCommandInteraction;

/** Routes every press and command. Never rejects: an error here would end the process. */
export async function onInteraction(deps: BotDeps, interaction: Interaction): Promise<void> {
  try {
    if (interaction.isAutocomplete()) await complete(deps, interaction);
    else if (interaction.isChatInputCommand() || interaction.isButton()) await answer(deps, interaction);
  } catch (thrown) {
    const error = toError(thrown);
    // 10062, 40060: Discord gave up waiting. What was to be done is done or was never recorded.
    const code = error instanceof DiscordAPIError ? error.code : undefined;
    deps.log.warn(
      { interaction: interaction.id, code, reason: error.message.slice(0, 200) },
      'an interaction could not be answered',
    );
  }
}

async function answer(deps: BotDeps, interaction: Answerable): Promise<void> {
  const what = interaction.isButton() ? interaction.customId : interaction.commandName;
  if (!isStaff(interaction, deps.discord)) return refuse(deps, interaction, what);
  if (interaction.isButton()) return press(deps, interaction);
  const command = COMMANDS[interaction.commandName];
  if (!command)
    return void (await reply(interaction, whisper('grey', 'This version of Orderly has no such command.')));
  return run(deps, interaction, command);
}

async function press(deps: BotDeps, interaction: ButtonInteraction): Promise<void> {
  const button = readCustomId(interaction.customId);
  if (!button)
    return reply(
      interaction,
      whisper('grey', 'This button belongs to another version of Orderly. Use `/order`.'),
    );
  const { action, subject } = button;
  if (action === 'inspect') {
    return look(deps, interaction, async () =>
      inspectMessage(await inspect(deps, subject), { panelUrl: deps.panelUrl }),
    );
  }
  const does = { retry, retryall: retryIncident, reinstall }[action];
  return act(deps, interaction, async () => actionMessage(await does(deps, actorOf(interaction), subject)));
}

async function run(deps: BotDeps, interaction: ChatInputCommandInteraction, command: Command): Promise<void> {
  const options = Object.fromEntries(
    interaction.options.data.map(({ name, value }) => [name, String(value ?? '')]),
  );
  const input = { actor: actorOf(interaction), options };
  const how = command.kind === 'look' ? look : act;
  return how(deps, interaction, () => command.run(deps, input));
}

/** A look-up may take longer than Discord waits: acknowledged at once, answered when it is there. */
async function look(deps: BotDeps, interaction: Answerable, find: () => Promise<MessageBody>): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  let body: MessageBody;
  try {
    body = await find();
  } catch (thrown) {
    deps.log.warn({ reason: toError(thrown).message }, 'a look-up failed');
    body = whisper('red', 'The database did not answer, so nothing can be shown. Try again in a moment.');
  }
  await interaction.editReply({
    components: body.components,
    flags: MessageFlags.IsComponentsV2,
    allowedMentions: { parse: [] },
  });
}

/** An action is recorded before it is acknowledged: what was acknowledged is never lost, what was not can be pressed again (P8). */
async function act(
  deps: BotDeps,
  interaction: Answerable,
  record: () => Promise<MessageBody>,
): Promise<void> {
  let body: MessageBody;
  try {
    body = await record();
  } catch (thrown) {
    deps.log.warn(
      { interaction: interaction.id, reason: toError(thrown).message },
      'an action was not recorded',
    );
    body = NOT_RECORDED;
  }
  await reply(interaction, body);
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
  await reply(interaction, whisper('grey', `Only <@&${deps.discord.staffRoleId}> may do this.`));
  await kept;
}

async function complete(deps: BotDeps, interaction: AutocompleteInteraction): Promise<void> {
  const command = COMMANDS[interaction.commandName];
  const allowed = isStaff(interaction, deps.discord);
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

async function reply(interaction: Answerable, body: MessageBody): Promise<void> {
  await interaction.reply({
    components: body.components,
    flags: MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral,
    allowedMentions: { parse: [] },
  });
}

function actorOf(interaction: Answerable): Actor {
  return { interaction: interaction.id, id: interaction.user.id, name: interaction.user.displayName };
}
