import { InteractionContextType } from 'discord.js';
import { drill as beginDrill } from '../actions/drill.ts';
import { actionMessage } from '../bot/messages/action-words.ts';
import type { Command } from './command.ts';

/** `/drill`: does an alert reach somebody, and how soon? Touches no panel and no customer. */
export const drill: Command = {
  needs: 'act',
  definition: {
    name: 'drill',
    description: 'Try the alerts: pings as a failure would, and says how long until somebody was on it',
    contexts: [InteractionContextType.Guild],
  },
  kind: 'act',
  run: async (deps, { actor }) => actionMessage(await beginDrill(deps, actor)),
};
