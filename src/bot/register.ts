import { ApplicationCommandType, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import { COMMANDS, MENUS } from '../commands/index.ts';

const applicationSchema = z.object({ id: z.string() });
const registeredSchema = z.array(z.looseObject({ name: z.string(), type: z.number() }));

/**
 * Makes the guild's commands the ones that this version has; writes only when they differ.
 *
 * @returns whether something was written.
 */
export async function registerCommands(rest: REST, guildId: string): Promise<boolean> {
  const { id } = applicationSchema.parse(await rest.get(Routes.currentApplication()));
  const route = Routes.applicationGuildCommands(id, guildId);
  const there = registeredSchema.parse(await rest.get(route));
  const same = areRegistered(there);
  if (!same) await rest.put(route, { body: wantedCommands() });
  return !same;
}

/** Whether these are the commands of this version. Pure. */
export function areRegistered(there: { name: string; type: number }[]): boolean {
  const wanted = wantedCommands();
  return (
    there.length === wanted.length &&
    wanted.every((definition) =>
      contains(
        there.find(({ name, type }) => name === definition.name && type === definition.type),
        definition,
      ),
    )
  );
}

function wantedCommands() {
  return [...Object.values(COMMANDS), ...Object.values(MENUS)].map(({ definition }) => ({
    type: ApplicationCommandType.ChatInput,
    ...definition,
  }));
}

/** Whether `theirs` has all that `ours` says; Discord adds fields of its own, and leaves out what is false. */
function contains(theirs: unknown, ours: unknown): boolean {
  if (Array.isArray(ours)) {
    return (
      Array.isArray(theirs) &&
      theirs.length === ours.length &&
      ours.every((value, index) => contains(theirs[index], value))
    );
  }
  if (typeof ours === 'object' && ours !== null) {
    if (typeof theirs !== 'object' || theirs === null) return false;
    const there = theirs as Record<string, unknown>;
    return Object.entries(ours).every(([key, value]) => contains(there[key], value));
  }
  return theirs === ours || (ours === false && theirs === undefined);
}
