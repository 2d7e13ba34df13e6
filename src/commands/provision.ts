import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { provision as provisionOrder } from '../actions/provision.ts';
import { actionMessage } from '../bot/messages/action-words.ts';
import type { Command } from './command.ts';
import { completePurchase, purchaseOption } from './purchase-option.ts';

/** `/provision`: makes sure that an order has its server, now. An order from before Orderly is taken over. */
export const provision: Command = {
  needs: 'act',
  definition: {
    name: 'provision',
    description: 'Make sure that an order has its server (never a second one)',
    contexts: [InteractionContextType.Guild],
    options: [
      purchaseOption,
      {
        name: 'node',
        description: 'Where it shall go, by name or number; without it Orderly chooses',
        type: ApplicationCommandOptionType.String,
        max_length: 60,
      },
      {
        name: 'again',
        description:
          'Only when its server is gone: type the first 8 characters of the order id to make a new one',
        type: ApplicationCommandOptionType.String,
        min_length: 1,
        max_length: 8,
      },
    ],
  },
  kind: 'act',
  run: async (deps, { actor, options }) => {
    const wishes = { node: options.node?.trim() || undefined, again: options.again?.trim() || undefined };
    return actionMessage(await provisionOrder(deps, actor, (options.order ?? '').trim(), wishes));
  },
  complete: completePurchase,
};
