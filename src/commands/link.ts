import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { link as linkServer } from '../actions/link.ts';
import { actionMessage } from '../bot/messages/action-words.ts';
import type { Command } from './command.ts';
import { completePurchase, purchaseOption } from './purchase-option.ts';

/** `/link`: a server that the panel has is the one of this order. */
export const link: Command = {
  needs: 'act',
  definition: {
    name: 'link',
    description: 'Tie a server that the panel has to an order',
    contexts: [InteractionContextType.Guild],
    options: [
      purchaseOption,
      {
        name: 'server',
        description: "The server's number in the panel's admin area",
        type: ApplicationCommandOptionType.Integer,
        required: true,
        min_value: 1,
      },
    ],
  },
  // The panel is asked before anything is recorded, which may take longer than Discord waits.
  kind: 'look',
  run: async (deps, { actor, options }) =>
    actionMessage(await linkServer(deps, actor, (options.order ?? '').trim(), Number(options.server))),
  complete: completePurchase,
};
