/** Slash commands, their autocomplete, and context menus, as people use them. */
import { type CommandOption, CommandType, OptionType } from './command-schema.ts';
import { findCommand } from './commands.ts';
import { resolve } from './interaction-payload.ts';
import { send, type Where } from './people.ts';
import type { Choice, InteractionOutcome } from './types.ts';
import { personOf, type World } from './world.ts';

export type OptionValue = string | number | boolean;
export type CommandUse = Where & { name: string; options: Record<string, OptionValue> };

const CHOSEN_BY_ID: readonly number[] = [
  OptionType.User,
  OptionType.Channel,
  OptionType.Role,
  OptionType.Mentionable,
];

/** Runs a slash command; `name` is `group` or `group subcommand`. */
export function runCommand(world: World, use: CommandUse): Promise<InteractionOutcome> {
  const { command, path, known } = lookUp(world, use.name);
  const missing = known.find(({ name, required }) => required && use.options[name] === undefined);
  if (missing) throw new Error(`/${use.name} needs the option ${missing.name}`);
  const data = {
    id: command.id,
    type: command.type,
    name: command.name,
    ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
    options: nest(path, valuesOf(use, known)),
    resolved: resolve(world, idsIn(use, known)),
  };
  return send(world, { kind: 'command', name: use.name, messageId: null, ...whereOf(use) }, data, null);
}

/** What the bot proposes for the option that a person is typing in; nothing when it does not answer. */
export async function autocomplete(world: World, use: CommandUse & { focused: string }): Promise<Choice[]> {
  const { command, path, known } = lookUp(world, use.name);
  if (!known.some(({ name, autocomplete: on }) => on && name === use.focused)) {
    throw new Error(`/${use.name} has no autocomplete for ${use.focused}`);
  }
  const values = valuesOf({ ...use, options: { [use.focused]: '', ...use.options } }, known);
  const options = values.map((value) => (value.name === use.focused ? { ...value, focused: true } : value));
  const data = { id: command.id, type: command.type, name: command.name, options: nest(path, options) };
  const outcome = await send(
    world,
    { kind: 'autocomplete', name: use.name, messageId: null, ...whereOf(use) },
    data,
    null,
  );
  return outcome.choices ?? [];
}

/** Uses an "Apps" entry of a message's or a person's menu. */
export function contextMenu(
  world: World,
  use: Where & { name: string; targetId: string },
): Promise<InteractionOutcome> {
  const message = world.messages.get(use.targetId) ?? null;
  const type = message ? CommandType.Message : CommandType.User;
  if (!message) personOf(world, use.targetId);
  const command = findCommand(world, use.name, type);
  const data = {
    id: command.id,
    type,
    name: command.name,
    target_id: use.targetId,
    resolved: resolve(world, message ? [] : [use.targetId], message),
  };
  const made = {
    kind: 'contextMenu',
    name: use.name,
    messageId: message?.id ?? null,
    ...whereOf(use),
  } as const;
  return send(world, made, data, null);
}

function whereOf({ personId, channelId }: Where): Where {
  return { personId, channelId };
}

function lookUp(world: World, fullName: string) {
  const [name = '', ...below] = fullName.split(' ');
  const command = findCommand(world, name, CommandType.ChatInput);
  const path: CommandOption[] = [];
  let known = command.options;
  for (const part of below) {
    const next = known.find((option) => option.name === part && option.type <= OptionType.SubcommandGroup);
    if (!next) throw new Error(`/${name} has no subcommand "${part}"`);
    path.push(next);
    known = next.options ?? [];
  }
  if (known.some(({ type }) => type <= OptionType.SubcommandGroup)) {
    throw new Error(`/${fullName} has subcommands; name one of them`);
  }
  return { command, path, known };
}

type Given = { name: string; type: number; value: OptionValue };

function valuesOf(use: CommandUse, known: readonly CommandOption[]): Given[] {
  return Object.entries(use.options).map(([name, value]) => {
    const option = known.find((other) => other.name === name);
    if (!option) throw new Error(`/${use.name} has no option ${name}`);
    const isForeign = option.choices?.length && !option.choices.some((choice) => choice.value === value);
    if (isForeign) throw new Error(`${name} of /${use.name} cannot be ${value}`);
    return { name, type: option.type, value };
  });
}

function idsIn(use: CommandUse, known: readonly CommandOption[]): string[] {
  return valuesOf(use, known)
    .filter(({ type }) => CHOSEN_BY_ID.includes(type))
    .map(({ value }) => String(value));
}

function nest(path: readonly CommandOption[], values: readonly unknown[]): unknown[] {
  return path.reduceRight<unknown[]>(
    (inner, { name, type }) => [{ name, type, options: inner }],
    [...values],
  );
}
