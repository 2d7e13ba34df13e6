import { InteractionContextType } from 'discord.js';
import { actionMessage } from '../bot/messages/action-words.ts';
import { closePreview } from '../bot/messages/confirm-message.ts';
import type { Command } from './command.ts';
import { completePurchase, purchaseOption } from './purchase-option.ts';

/** `/close`: nothing more is to be done for a purchase. Shows which, and asks for the reason before it is done. */
export const close: Command = {
  needs: 'act',
  definition: {
    name: 'close',
    description: 'Say that nothing more is to be done for a purchase; a server that exists stays',
    contexts: [InteractionContextType.Guild],
    options: [purchaseOption],
  },
  kind: 'look',
  run: async (deps, { options }) => {
    const found = await deps.store.find((options.order ?? '').trim());
    if (found.status !== 'found') return actionMessage({ status: 'ok', outcome: 'unknown', hint: null });
    const { purchase } = found;
    return purchase.closed_at === null
      ? closePreview(purchase)
      : actionMessage({ status: 'ok', outcome: 'closed', detail: purchase.close_reason, hint: null });
  },
  complete: completePurchase,
};
