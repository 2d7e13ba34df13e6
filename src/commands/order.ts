import { InteractionContextType } from 'discord.js';
import { inspectMessage } from '../bot/messages/inspect-message.ts';
import { inspect } from '../runbook/inspect.ts';
import type { Command } from './command.ts';
import { completePurchase, purchaseOption } from './purchase-option.ts';
import { resolveTarget } from './resolve-target.ts';

/** `/order`: everything about one order. */
export const order: Command = {
  definition: {
    name: 'order',
    description: 'Show one order: where it stands, what happened, what the panel has',
    contexts: [InteractionContextType.Guild],
    options: [purchaseOption],
  },
  kind: 'look',
  run: async (deps, input) => {
    const target = await resolveTarget(deps, input.options.order ?? '');
    return inspectMessage(await inspect(deps, target), { panelUrl: deps.panelUrl });
  },
  complete: completePurchase,
};
