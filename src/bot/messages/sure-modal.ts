import { type APIModalInteractionResponseCallbackData, ComponentType, TextInputStyle } from 'discord.js';
import type { SoldProduct } from '../../actions/not-ours.ts';
import { shortId } from '../../orders/ids.ts';
import type { Purchase } from '../../orders/purchase.ts';
import { type Sure, sureId } from './custom-id.ts';
import { inert } from './inert.ts';
import { serverName } from './words.ts';

/** The one field of every such modal. */
export const SURE_FIELD = 'answer';

const TITLES: Record<Sure['action'], string> = {
  close: 'Close a purchase',
  reinstall: 'Run the install again',
  again: 'Make a second server',
  notours: 'Not ours',
};

/**
 * Says what will happen and asks for what only somebody who means it types.
 *
 * @param products of `notours`: what Stripe says was sold; null when it could not be asked in time.
 */
export function sureModal(
  action: Sure['action'],
  p: Purchase,
  products: SoldProduct[] | null = null,
): APIModalInteractionResponseCallbackData {
  const short = shortId(p.order_id ?? p.id);
  const isReason = action === 'close';
  return {
    custom_id: sureId({ action, subject: p.id, typed: isReason ? '-' : short }),
    title: TITLES[action],
    components: [
      { type: ComponentType.TextDisplay, content: whatHappens(action, p, products) },
      {
        type: ComponentType.Label,
        label: isReason ? 'Why, for whoever asks later' : `Type ${short} to go on`,
        component: {
          type: ComponentType.TextInput,
          custom_id: SURE_FIELD,
          style: TextInputStyle.Short,
          required: true,
          min_length: isReason ? 3 : short.length,
          max_length: isReason ? 200 : short.length,
          ...(isReason ? {} : { placeholder: short }),
        },
      },
    ],
  };
}

function whatHappens(action: Sure['action'], p: Purchase, products: SoldProduct[] | null): string {
  const name = serverName(p);
  switch (action) {
    case 'close':
      return `${name}: nothing more is done for this purchase, and its alert ends. ${
        p.panel_server_id === null ? 'No server is made.' : `Server ${p.panel_server_id} stays as it is.`
      }`;
    case 'reinstall':
      return `${name}: the panel runs the install script of server ${p.panel_server_id} again on its node. It may overwrite files that are there.`;
    case 'again':
      return `${name}: server ${p.panel_server_id} is gone from the panel. It is looked for once more; then an empty new one is made, and the order is tied to that.`;
    case 'notours':
      return `${name}: this purchase is closed, and no server is made. No money goes back.\n${whichProducts(products)} What is sold of nothing else, and names no plan of ours, is ignored from then on: no message, no alert.`;
  }
}

function whichProducts(products: SoldProduct[] | null): string {
  if (products === null) return 'Stripe is asked for its products when you send this.';
  const named = products.slice(0, 5).map(({ id, name }) => inert(name === null ? id : `${name} (${id})`, 80));
  const more = products.length > 5 ? ` and ${products.length - 5} more` : '';
  return `${products.length === 1 ? 'Product' : 'Products'}: ${named.join(', ')}${more}.`;
}
