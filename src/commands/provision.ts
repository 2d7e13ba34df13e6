import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { provision as provisionOrder } from '../actions/provision.ts';
import { actionMessage } from '../bot/messages/action-words.ts';
import type { Command } from './command.ts';
import { completePurchase, purchaseOption } from './purchase-option.ts';

/** `/provision`: makes sure that an order has its server, now. An order from before Orderly is taken over. */
export const provision: Command = {
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
    ],
  },
  kind: 'act',
  run: async (deps, { actor, options }) => {
    const node = options.node?.trim() || undefined;
    return actionMessage(await provisionOrder(deps, actor, (options.order ?? '').trim(), node));
  },
  complete: completePurchase,
};
