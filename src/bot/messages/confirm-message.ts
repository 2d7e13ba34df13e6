import { type APIButtonComponent, ButtonStyle } from 'discord.js';
import { shortId } from '../../orders/ids.ts';
import type { Purchase } from '../../orders/purchase.ts';
import { stateOf } from '../../orders/state.ts';
import type { PanelServer } from '../../panel/client.ts';
import { customId } from './custom-id.ts';
import { inert } from './inert.ts';
import { buttons, type MessageBody, message, pressButton, text, whisper } from './parts.ts';
import { buyer, LOOKS, price, serverName, whatWasBought } from './words.ts';

/** Leaves all as it is: also what it looks like in ten days, when nobody knows what the preview was about. */
export const cancelButton = (): APIButtonComponent => pressButton('Cancel', customId('cancel', '-', '-'));

export const CANCELLED = whisper('grey', 'Cancelled. Nothing was done.');

/** Which order it is, in the two lines that nobody mixes up with another's. */
export function whichOrder(p: Purchase): string {
  const { icon, title } = LOOKS[stateOf(p)];
  const paid = price(p);
  return `${icon} ${serverName(p)}: ${title}\n${whatWasBought(p)} · ${buyer(p)}${paid === null ? '' : ` · ${paid}`} · \`${shortId(p.order_id ?? p.id)}\``;
}

/** What `/close` would close. */
export function closePreview(p: Purchase): MessageBody {
  const server =
    p.panel_server_id === null
      ? p.create_sent_at === null
        ? 'It has no server, and none is made any more.'
        : 'A create for it is out: a server that came of it stays, and you are told of it.'
      : `Server ${p.panel_server_id}${p.node_name === null ? '' : ` on ${inert(p.node_name, 40)}`} stays on the panel as it is, and the customer keeps it.`;
  return message(
    'amber',
    [
      text(`### Close this purchase?\n${whichOrder(p)}`),
      text(
        `${server}\nIts alert ends, and nothing tries it again. **No money goes back**: refund in Stripe, if that is meant.`,
      ),
      ...buttons([
        pressButton('Close it …', customId('close', p.id, 'ask'), ButtonStyle.Danger),
        cancelButton(),
      ]),
    ],
    { ephemeral: true },
  );
}

/** What `/link` would tie together; the owner was compared already. */
export function linkPreview(p: Purchase, server: PanelServer): MessageBody {
  const place = [server.nodeName, server.address].filter((part) => part !== null);
  const status = server.status === null ? 'ready' : server.status;
  return message(
    'amber',
    [
      text(`### Link these two?\n${whichOrder(p)}`),
      text(
        `🖥️ Server ${server.id} ${inert(server.name, 60)} · ${inert(status, 30)}\n${place.map((part) => inert(part, 60)).join(' · ')}\n✅ Its owner, panel user ${server.userId}, is the buyer.`,
      ),
      text('-# The server gets the order’s id as external id, and its install is watched.'),
      ...buttons([
        pressButton('Link them', customId('link', p.id, String(server.id)), ButtonStyle.Danger),
        cancelButton(),
      ]),
    ],
    { ephemeral: true },
  );
}
