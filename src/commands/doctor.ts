import { InteractionContextType } from 'discord.js';
import { doctorMessage } from '../bot/messages/doctor-message.ts';
import type { Command } from './command.ts';

/** `/doctor`: every setting against the real service, as `npm run doctor`. */
export const doctor: Command = {
  needs: 'view',
  definition: {
    name: 'doctor',
    description: 'Checks every setting against the real service, and says how to mend what is wrong',
    contexts: [InteractionContextType.Guild],
  },
  kind: 'look',
  run: async (deps) => doctorMessage(await deps.doctor()),
};
