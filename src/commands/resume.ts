import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { resume as endPause } from '../actions/resume.ts';
import { actionMessage } from '../bot/messages/action-words.ts';
import type { Command } from './command.ts';

/** `/resume`: ends a pause before its time. */
export const resume: Command = {
  needs: 'act',
  definition: {
    name: 'resume',
    description: 'End a pause before its time',
    contexts: [InteractionContextType.Guild],
    options: [
      {
        name: 'pause',
        description: 'Which',
        type: ApplicationCommandOptionType.String,
        required: true,
        autocomplete: true,
        max_length: 20,
      },
    ],
  },
  kind: 'act',
  run: async (deps, { actor, options }) =>
    actionMessage(await endPause(deps, actor, (options.pause ?? '').trim())),
  complete: async (deps) =>
    (await deps.store.pauses()).map((one) => ({
      name: `${one.scope} ${one.name ?? ''}: ${one.reason}, ${one.held} held`.slice(0, 100).toWellFormed(),
      value: String(one.id),
    })),
};
