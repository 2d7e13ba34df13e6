import { z } from 'zod';
import {
  commandById,
  commandsIn,
  deleteCommand,
  patchCommand,
  replaceCommands,
  upsertCommand,
} from '../commands.ts';
import { refuse } from '../errors.ts';
import { parseForm } from '../form.ts';
import { created, noContent, ok, param, type Route, type RouteContext } from '../router.ts';
import { guildOf } from './guild.ts';

const GLOBAL = '/applications/:applicationId/commands';
const OF_GUILD = '/applications/:applicationId/guilds/:guildId/commands';

/** Application commands, the global ones and the guild's. */
export const commandRoutes: Route[] = [GLOBAL, OF_GUILD].flatMap((base): Route[] => [
  { method: 'GET', pattern: base, handle: (context) => ok(commandsIn(context.world, scopeOf(context))) },
  {
    method: 'PUT',
    pattern: base,
    handle: (context) =>
      ok(replaceCommands(context.world, scopeOf(context), parseForm(z.array(z.unknown()), context.body))),
  },
  {
    method: 'POST',
    pattern: base,
    handle: (context) => {
      const { command, isNew } = upsertCommand(context.world, scopeOf(context), context.body);
      return isNew ? created(command) : ok(command);
    },
  },
  {
    method: 'GET',
    pattern: `${base}/:commandId`,
    handle: (context) => ok(commandById(context.world, scopeOf(context), param(context, 'commandId'))),
  },
  {
    method: 'PATCH',
    pattern: `${base}/:commandId`,
    handle: (context) => {
      const body = parseForm(z.looseObject({}), context.body);
      return ok(patchCommand(context.world, scopeOf(context), param(context, 'commandId'), body));
    },
  },
  {
    method: 'DELETE',
    pattern: `${base}/:commandId`,
    handle: (context) => {
      deleteCommand(context.world, scopeOf(context), param(context, 'commandId'));
      return noContent;
    },
  },
]);

function scopeOf(context: RouteContext): string | null {
  if (param(context, 'applicationId') !== context.world.guild.applicationId) throw refuse.otherApplication();
  return 'guildId' in context.params ? guildOf(context).id : null;
}
