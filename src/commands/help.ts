import { InteractionContextType } from 'discord.js';
import { helpMessage } from '../bot/messages/help-message.ts';
import type { Command, MessageMenu } from './command.ts';

/** What there is: every command, in the order in which it is listed, and every entry of a message's menu. */
type Listed = { commands: Command[]; menus: MessageMenu[] };

/** `/help`: what there is, and where things are. @param listed asked when it is run, since this command is in the list itself. */
export const helpAbout = (listed: () => Listed): Command => ({
  needs: 'view',
  definition: {
    name: 'help',
    description: 'What each command and button does, links, and the version',
    contexts: [InteractionContextType.Guild],
  },
  kind: 'look',
  run: async (deps, { applicationId }) => {
    const { commands, menus } = listed();
    return helpMessage({
      commands: commands.map(({ definition }) => definition),
      menus: menus.map(({ definition }) => definition.name),
      applicationId,
      panelUrl: deps.panelUrl,
      settings: deps.settings(),
    });
  },
});
