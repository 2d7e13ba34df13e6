import { type APIModalInteractionResponseCallbackData, ComponentType, TextInputStyle } from 'discord.js';
import type { Purchase } from '../../orders/purchase.ts';
import { formId } from './custom-id.ts';
import { buyer, serverName, whatWasBought } from './words.ts';

export const SERVER_FIELD = 'server';

/** Asks for the panel's number of the server that an order is to be tied to; the number that the site's row has is filled in. */
export function linkModal(p: Purchase): APIModalInteractionResponseCallbackData {
  const named = p.order?.pterodactyl_server_id ?? null;
  const isNumber = named !== null && /^\d{1,12}$/.test(named);
  return {
    custom_id: formId({ form: 'linkto', subject: p.id }),
    title: 'Link a server',
    components: [
      {
        type: ComponentType.TextDisplay,
        content: `${serverName(p)} · ${whatWasBought(p)} · ${buyer(p)}\nThe panel is asked for the server; nothing is linked before you have seen both.`,
      },
      {
        type: ComponentType.Label,
        label: "The server's number on the panel",
        description: 'Panel → Admin → Servers: the number in its address.',
        component: {
          type: ComponentType.TextInput,
          custom_id: SERVER_FIELD,
          style: TextInputStyle.Short,
          required: true,
          max_length: 12,
          ...(isNumber ? { value: named } : {}),
        },
      },
    ],
  };
}
