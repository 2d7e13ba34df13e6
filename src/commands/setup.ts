import { InteractionContextType } from 'discord.js';
import { setupPage } from '../bot/setup.ts';
import type { Command } from './command.ts';

/** `/setup`: channels, whom to call, who may do what, and whether Discord lets us. */
export const setup: Command = {
  needs: 'administer',
  definition: {
    name: 'setup',
    description: 'Choose channels, whom to call and who may do what; check permissions',
    contexts: [InteractionContextType.Guild],
  },
  kind: 'look',
  run: async (deps) => setupPage(deps, 'channels'),
};
