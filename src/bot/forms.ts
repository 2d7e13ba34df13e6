import type {
  APIModalInteractionResponseCallbackData,
  ButtonInteraction,
  ModalSubmitInteraction,
} from 'discord.js';
import { toError } from '../lib/failure.ts';
import { type Asked, whyNot } from '../orders/provision-preview.ts';
import type { Purchase } from '../orders/purchase.ts';
import type { Action } from '../store/store.ts';
import { reply } from './answers.ts';
import type { BotDeps } from './deps.ts';
import { actionMessage, NOT_RECORDED } from './messages/action-words.ts';

type Modal = APIModalInteractionResponseCallbackData;
/** A purchase, and the modal for it where there is no dead end. */
export type Opening = { purchase: Purchase; modal: () => Modal | Promise<Modal> };

/**
 * Opens the modal of an action for a purchase as it is now. A dead end is said instead of asked about.
 *
 * @param read one fast read, null when it finds none: Discord takes a modal as the first answer, within 3 seconds, or not at all.
 */
export async function openForm(
  deps: BotDeps,
  interaction: ButtonInteraction,
  action: Asked,
  read: () => Promise<Opening | null>,
): Promise<void> {
  let opening: Opening | null;
  try {
    opening = await read();
  } catch (thrown) {
    deps.log.warn({ interaction: interaction.id, reason: toError(thrown).message }, 'no modal was opened');
    return reply(deps, interaction, NOT_RECORDED);
  }
  const say = (done: Omit<Action, 'status' | 'hint'>) =>
    reply(deps, interaction, actionMessage({ status: 'ok', hint: null, ...done }));
  if (opening === null) return say({ outcome: 'unknown' });
  const dead = whyNot(action, opening.purchase);
  if (dead !== null) return say(dead);
  await interaction.showModal(await opening.modal());
}

/** A purchase by its id, for a modal. @throws StoreError */
export async function purchaseNow(deps: BotDeps, subject: string): Promise<Purchase | null> {
  const found = await deps.store.findNow(subject);
  return found.status === 'found' ? found.purchase : null;
}

/** What was filled in or chosen in a field, without the space around it; undefined where it was left empty, or is not asked. */
export function answerIn({ fields }: ModalSubmitInteraction, id: string): string | undefined {
  const field = fields.fields.get(id);
  const value =
    field === undefined
      ? ''
      : 'values' in field
        ? (field.values[0] ?? '')
        : 'value' in field
          ? field.value
          : '';
  return (typeof value === 'string' ? value.trim() : '') || undefined;
}
