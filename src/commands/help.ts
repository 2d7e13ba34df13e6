import { InteractionContextType } from 'discord.js';
import { helpMessage } from '../bot/messages/help-message.ts';
import type { Command } from './command.ts';

/** `/help`: what there is, and where things are. */
export const help: Command = {
  needs: 'view',
  definition: {
    name: 'help',
    description: 'What each command and button does, links, and the version',
    contexts: [InteractionContextType.Guild],
  },
  kind: 'look',
  run: async (deps, { applicationId }) => {
    // Not at the top: the list of commands has this one in it.
    const { COMMANDS, MENUS } = await import('./index.ts');
    return helpMessage({
      commands: Object.values(COMMANDS).map(({ definition }) => definition),
      menus: Object.values(MENUS).map(({ definition }) => definition.name),
      applicationId,
      panelUrl: deps.panelUrl,
      settings: deps.settings(),
    });
  },
};
