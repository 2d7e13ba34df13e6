import { InteractionContextType } from 'discord.js';
import { retry } from '../actions/retry.ts';
import { actionMessage } from '../bot/messages/action-words.ts';
import type { Command } from './command.ts';
import { completePurchase, purchaseOption } from './purchase-option.ts';

/** `/provision`: makes sure that an order has its server, now. An order from before Orderly is taken over. */
export const provision: Command = {
  definition: {
    name: 'provision',
    description: 'Make sure that an order has its server (never a second one)',
    contexts: [InteractionContextType.Guild],
    options: [purchaseOption],
  },
  kind: 'act',
  run: async (deps, input) =>
    actionMessage(await retry(deps, input.actor, (input.options.order ?? '').trim(), 'provision')),
  complete: completePurchase,
};
