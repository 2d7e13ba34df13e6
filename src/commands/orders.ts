import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import type { BotDeps } from '../bot/deps.ts';
import { inert, maskEmail } from '../bot/messages/inert.ts';
import { listMessage } from '../bot/messages/list-message.ts';
import { type MessageBody, whisper } from '../bot/messages/parts.ts';
import { shortId } from '../orders/ids.ts';
import type { ListFilter, ListQuery } from '../store/store.ts';
import type { Choice, Command } from './command.ts';

const FILTERS: Record<ListFilter, string> = {
  recent: 'recent: everything, newest first',
  failed: 'failed: waits for a person or a cause',
  stuck: 'stuck: paid, and late without a server',
  paused: 'paused: held back by a pause',
};

/** `/orders`: lists of orders, a page at a time. */
export const orders: Command = {
  needs: 'view',
  definition: {
    name: 'orders',
    description: 'List orders: recent, failed, stuck, paused, or those of one customer',
    contexts: [InteractionContextType.Guild],
    options: [
      {
        name: 'show',
        description: 'Which; without it the newest',
        type: ApplicationCommandOptionType.String,
        choices: Object.entries(FILTERS).map(([value, name]) => ({ name, value })),
      },
      {
        name: 'customer',
        description: 'Only of one customer: e-mail or user id',
        type: ApplicationCommandOptionType.String,
        autocomplete: true,
        max_length: 254,
      },
    ],
  },
  kind: 'look',
  run: (deps, { options }) => {
    const filter = (options.show ?? 'recent') as ListFilter;
    return listOrders(deps, {
      filter,
      customer: options.customer?.trim() || null,
      after: null,
      before: null,
    });
  },
  complete: completeCustomer,
};

/** One page of a list. @throws StoreError */
export async function listOrders(deps: BotDeps, query: ListQuery): Promise<MessageBody> {
  const page = await deps.store.list(query);
  if (page.status === 'ok') return listMessage(query, page);
  const who = inert(query.customer?.includes('@') ? maskEmail(query.customer) : (query.customer ?? ''), 60);
  return whisper(
    'grey',
    `Nobody bought under ${who}. Type the whole e-mail or user id, or its beginning and pick what is proposed.`,
  );
}

/** Customers by the beginning of an e-mail, each once; the choice is one of their purchases, so that no e-mail is shown. */
async function completeCustomer(deps: BotDeps, typed: string): Promise<Choice[]> {
  const hits = await deps.store.search(typed.slice(0, 100), 25);
  const byEmail = new Map(
    hits.filter(({ email }) => email !== null).map((hit) => [hit.email?.toLowerCase(), hit]),
  );
  return [...byEmail.values()].map((hit) => ({
    name: `${maskEmail(hit.email ?? '')} · ${hit.server_name ?? hit.plan_id ?? 'no name'} · ${shortId(hit.order_id ?? hit.id)}`
      .slice(0, 100)
      .toWellFormed(),
    value: hit.id,
  }));
}
