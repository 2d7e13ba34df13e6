import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { close as closePurchase } from '../actions/close.ts';
import { actionMessage } from '../bot/messages/action-words.ts';
import type { Command } from './command.ts';
import { completePurchase, purchaseOption } from './purchase-option.ts';

/** `/close`: nothing more is to be done for a purchase, and why. */
export const close: Command = {
  needs: 'act',
  definition: {
    name: 'close',
    description: 'Say that nothing more is to be done for a purchase; a server that exists stays',
    contexts: [InteractionContextType.Guild],
    options: [
      purchaseOption,
      {
        name: 'reason',
        description: 'Why, for whoever asks later',
        type: ApplicationCommandOptionType.String,
        required: true,
        min_length: 3,
        max_length: 200,
      },
    ],
  },
  kind: 'act',
  run: async (deps, { actor, options }) =>
    actionMessage(await closePurchase(deps, actor, (options.order ?? '').trim(), options.reason ?? '')),
  complete: completePurchase,
};
