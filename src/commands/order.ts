import { InteractionContextType } from 'discord.js';
import type { Command } from './command.ts';
import { inspectTyped } from './inspect-typed.ts';
import { completePurchase, purchaseOption } from './purchase-option.ts';

/** `/order`: everything about one order. */
export const order: Command = {
  needs: 'view',
  definition: {
    name: 'order',
    description: 'Show one order: where it stands, what happened, what the panel has',
    contexts: [InteractionContextType.Guild],
    options: [purchaseOption],
  },
  kind: 'look',
  run: (deps, input) => inspectTyped(deps, input.options.order ?? ''),
  complete: completePurchase,
};
