import { type APIButtonComponent, ButtonStyle } from 'discord.js';
import { isCompletable, isOfCatalogue, mayBeOthers } from '../../orders/completion.ts';
import type { Purchase } from '../../orders/purchase.ts';
import { customId } from './custom-id.ts';
import { pressButton } from './parts.ts';

/** What can be done about a paid purchase that could not become an order; what the failure's next action names comes first. */
export function rejectedButtons(p: Purchase, mark: string): APIButtonComponent[] {
  const canRetry = isOfCatalogue(p.problem_code);
  const retry = pressButton('Retry', customId('retry', p.id, mark), ButtonStyle.Primary);
  return [
    ...(canRetry ? [retry] : []),
    ...(isCompletable(p)
      ? [completeButton(p.id, mark, canRetry ? ButtonStyle.Secondary : ButtonStyle.Primary)]
      : []),
    ...(mayBeOthers(p) ? [pressButton('Not ours …', customId('notours', p.id, mark))] : []),
  ];
}

/** Opens the form that says what was bought. */
export function completeButton(
  id: string,
  mark: string,
  style: ButtonStyle.Primary | ButtonStyle.Secondary = ButtonStyle.Primary,
): APIButtonComponent {
  return pressButton('Complete …', customId('complete', id, mark), style);
}
