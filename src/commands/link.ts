import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { checkLink } from '../actions/link.ts';
import { actionMessage } from '../bot/messages/action-words.ts';
import { linkPreview } from '../bot/messages/confirm-message.ts';
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
  run: async (deps, { options }) => {
    const check = await checkLink(deps, (options.order ?? '').trim(), Number(options.server));
    if (check.kind === 'refused') return actionMessage(check.done);
    const { purchase, server } = check;
    const isTaken = purchase.panel_server_id !== null && purchase.failure_code !== 'server_gone';
    if (!isTaken) return linkPreview(purchase, server);
    const detail = String(purchase.panel_server_id);
    return actionMessage({ status: 'ok', outcome: 'has_server', detail, hint: null });
  },
  complete: completePurchase,
};
