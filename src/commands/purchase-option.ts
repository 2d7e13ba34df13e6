import { ApplicationCommandOptionType } from 'discord.js';
import type { BotDeps } from '../bot/deps.ts';
import { maskEmail } from '../bot/messages/inert.ts';
import { shortId } from '../orders/ids.ts';
import type { SearchHit } from '../store/store.ts';
import type { Choice } from './command.ts';

/** The option that names a purchase: by order id, session, server name or e-mail, completed while typing. */
export const purchaseOption = {
  name: 'order',
  description: 'Order id, checkout session, server name or e-mail',
  type: ApplicationCommandOptionType.String,
  required: true,
  autocomplete: true,
  max_length: 100,
} as const;

export async function completePurchase(deps: BotDeps, typed: string): Promise<Choice[]> {
  const hits = await deps.store.search(typed.slice(0, 100), 25);
  return hits.map((hit) => ({ name: label(hit), value: hit.id }));
}

/** A choice is plain text to Discord: it can't ping or format. At most 100 characters. */
function label(hit: SearchHit): string {
  const parts = [
    icon(hit),
    hit.server_name ?? hit.plan_id ?? 'no name',
    hit.email ? maskEmail(hit.email) : null,
    shortId(hit.order_id ?? hit.id),
  ];
  return parts
    .filter((part) => part !== null)
    .join(' · ')
    .slice(0, 100)
    .toWellFormed();
}

function icon(hit: SearchHit): string {
  if (hit.closed_at !== null) return '⚫';
  if (hit.problem_code !== null || hit.failure_code !== null || hit.install === 'failed') return '🔴';
  if (hit.install === 'ready') return '🟢';
  return hit.payment === 'paid' ? '🟠' : '🕓';
}
