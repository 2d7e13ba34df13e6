import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { linkAsked } from '../bot/link-form.ts';
import type { Command } from './command.ts';
import { completePurchase, purchaseOption } from './purchase-option.ts';

/** `/link`: a server that the panel has is the one of this order. Shows both, and asks before it is done. */
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
  kind: 'look',
  run: (deps, { options }) => linkAsked(deps, (options.order ?? '').trim(), Number(options.server)),
  complete: completePurchase,
};
