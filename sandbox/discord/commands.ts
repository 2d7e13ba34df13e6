import { type CommandBody, CommandType, parseCommand, type SimCommand } from './command-schema.ts';
import { refuse } from './errors.ts';
import { invalidForm } from './form.ts';
import type { World } from './world.ts';

const MAX_PER_TYPE: Record<number, number> = { [CommandType.ChatInput]: 100 };
const MAX_MENUS = 15;

/** The commands of a guild, or the global ones. */
export function commandsIn(world: World, guildId: string | null): SimCommand[] {
  return world.commands.filter((command) => (command.guild_id ?? null) === guildId);
}

/** A command that a person can use here: the guild's own before a global one of the same name. */
export function findCommand(world: World, name: string, type: number): SimCommand {
  const found = [world.guild.id, null]
    .flatMap((guildId) => commandsIn(world, guildId))
    .find((command) => command.name === name && command.type === type);
  if (!found) throw new Error(`the bot has registered no command "${name}"`);
  return found;
}

/** Replaces all commands of a guild, or all global ones. */
export function replaceCommands(
  world: World,
  guildId: string | null,
  bodies: readonly unknown[],
): SimCommand[] {
  const parsed = bodies.map((body, index) => parseCommand(body, [index]));
  checkNames(parsed);
  const before = commandsIn(world, guildId);
  const next = parsed.map((body) => register(world, guildId, body, before.find(sameAs(body))));
  world.commands = [...world.commands.filter((command) => !before.includes(command)), ...next];
  world.emit({ type: 'commandsChanged' });
  return next;
}

/** Adds a command, or overwrites the one of the same name and type. */
export function upsertCommand(
  world: World,
  guildId: string | null,
  body: unknown,
): { command: SimCommand; isNew: boolean } {
  const parsed = parseCommand(body);
  const old = commandsIn(world, guildId).find(sameAs(parsed));
  const command = register(world, guildId, parsed, old);
  world.commands = [...world.commands.filter((other) => other !== old), command];
  world.emit({ type: 'commandsChanged' });
  return { command, isNew: old === undefined };
}

/** Changes the named fields of a command. */
export function patchCommand(world: World, guildId: string | null, id: string, body: object): SimCommand {
  const old = commandById(world, guildId, id);
  const command = register(world, guildId, parseCommand({ ...old, ...body }), old);
  world.commands = world.commands.map((other) => (other === old ? command : other));
  world.emit({ type: 'commandsChanged' });
  return command;
}

/** Takes a command away. */
export function deleteCommand(world: World, guildId: string | null, id: string): void {
  const old = commandById(world, guildId, id);
  world.commands = world.commands.filter((other) => other !== old);
  world.emit({ type: 'commandsChanged' });
}

/** A command by its id, or Discord's 404. */
export function commandById(world: World, guildId: string | null, id: string): SimCommand {
  const found = commandsIn(world, guildId).find((command) => command.id === id);
  if (!found) throw refuse.unknownCommand();
  return found;
}

const sameAs = (body: CommandBody) => (command: SimCommand) =>
  command.name === body.name && command.type === body.type;

function register(
  world: World,
  guildId: string | null,
  body: CommandBody,
  old: SimCommand | undefined,
): SimCommand {
  return {
    ...body,
    id: old?.id ?? world.nextId(),
    application_id: world.guild.applicationId,
    ...(guildId === null ? {} : { guild_id: guildId }),
    version: world.nextId(),
  };
}

function checkNames(bodies: readonly CommandBody[]): void {
  for (const [index, body] of bodies.entries()) {
    const same = bodies.filter(({ type }) => type === body.type);
    if (same.length > (MAX_PER_TYPE[body.type] ?? MAX_MENUS)) {
      const message = 'Maximum number of application commands reached';
      throw invalidForm([{ path: [], code: 'APPLICATION_COMMAND_LIMIT_REACHED', message }]);
    }
    if (same.filter(({ name }) => name === body.name).length === 1) continue;
    const message = 'Application command names must be unique';
    throw invalidForm([{ path: [index], code: 'APPLICATION_COMMANDS_DUPLICATE_NAME', message }]);
  }
}
