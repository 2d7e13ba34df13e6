import type { APIButtonComponent } from 'discord.js';
import type { Purchase } from '../../orders/purchase.ts';
import { linkButton } from './parts.ts';

/** Where the panel lives, for links; and the Discord server, for those to messages. */
export type Links = { panelUrl: string; guildId?: string };

/** The pages that staff would otherwise look for: the purchase in Stripe (test or live), and the server on the panel. */
export function linkButtons(p: Purchase, links: Links): APIButtonComponent[] {
  const all: APIButtonComponent[] = [];
  const mode = p.livemode === false ? 'test/' : '';
  const page = isId(p.subscription_id)
    ? `subscriptions/${p.subscription_id}`
    : isId(p.payment_intent_id)
      ? `payments/${p.payment_intent_id}`
      : null;
  if (page) all.push(linkButton('Stripe', `https://dashboard.stripe.com/${mode}${page}`));
  if (p.panel_server_id !== null) {
    all.push(linkButton('Panel', `${links.panelUrl}/admin/servers/view/${p.panel_server_id}`));
  }
  return all;
}

/** A site's own row may hold anything here; Discord refuses a whole message for a link that is none, or is too long. */
function isId(id: string | null): id is string {
  return id !== null && /^\w{1,255}$/.test(id);
}
