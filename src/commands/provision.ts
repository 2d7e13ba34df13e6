import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { provisionMessage } from '../bot/messages/provision-message.ts';
import { previewProvision } from '../runbook/provision-preview.ts';
import type { Command } from './command.ts';
import { completePurchase, purchaseOption } from './purchase-option.ts';

/** `/provision`: shows what it would do to make sure that an order has its server, and does it when that is pressed. */
export const provision: Command = {
  needs: 'act',
  definition: {
    name: 'provision',
    description: 'Make sure that an order, or a paid Checkout session, has its server; asks first',
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
  kind: 'look',
  run: async (deps, { options }) => {
    const node = options.node?.trim() || undefined;
    return provisionMessage(await previewProvision(deps, (options.order ?? '').trim(), node));
  },
  complete: completePurchase,
};
