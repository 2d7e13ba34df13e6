import { ApplicationCommandType, InteractionContextType } from 'discord.js';
import { readCustomId } from '../bot/messages/custom-id.ts';
import { whisper } from '../bot/messages/parts.ts';
import { diagnosed } from '../bot/presses.ts';
import type { Command, MessageMenu } from './command.ts';
import { diagnoseTyped } from './inspect-typed.ts';
import { completePurchase, purchaseOption } from './purchase-option.ts';

/** `/inspect`: what the Inspect button shows, without having its message. */
export const inspect: Command = {
  needs: 'view',
  definition: {
    name: 'inspect',
    description: 'Why is it so? What the Inspect button shows, by any id, server name or e-mail',
    contexts: [InteractionContextType.Guild],
    options: [purchaseOption],
  },
  kind: 'look',
  run: (deps, input) => diagnoseTyped(deps, input.options.order ?? ''),
  complete: completePurchase,
};

const WORKS_ON = whisper(
  'grey',
  'This is no message about an order. **Inspect order** works on the live message of a purchase and on an alert with an **Inspect** button. By name, e-mail or id: `/inspect`.',
);

/** "Inspect order" in the menu of a message: reads the purchase from its Inspect button. */
export const inspectMenu: MessageMenu = {
  needs: 'view',
  definition: {
    type: ApplicationCommandType.Message,
    name: 'Inspect order',
    contexts: [InteractionContextType.Guild],
  },
  run: async (deps, { isOurs, components }) => {
    // Anybody's bot may have a button with such an id.
    const subject = isOurs ? subjectOf(components) : null;
    if (subject === null) return WORKS_ON;
    return diagnosed(deps, subject);
  },
};

function subjectOf(component: unknown): string | null {
  if (typeof component !== 'object' || component === null) return null;
  const id = 'custom_id' in component ? component.custom_id : null;
  const button = typeof id === 'string' ? readCustomId(id) : null;
  if (button?.action === 'inspect') return button.subject;
  for (const child of Object.values(component)) {
    const found = subjectOf(child);
    if (found !== null) return found;
  }
  return null;
}
