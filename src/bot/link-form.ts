import type { ButtonInteraction, ModalSubmitInteraction } from 'discord.js';
import { checkLink } from '../actions/link.ts';
import { look } from './answers.ts';
import type { BotDeps } from './deps.ts';
import { answerIn, openForm, purchaseNow } from './forms.ts';
import { actionMessage } from './messages/action-words.ts';
import { linkPreview } from './messages/confirm-message.ts';
import { linkModal, SERVER_FIELD } from './messages/link-modal.ts';
import type { MessageBody } from './messages/parts.ts';

/** Opens the form that asks for the server of an order. */
export function askForServer(deps: BotDeps, interaction: ButtonInteraction, subject: string): Promise<void> {
  return openForm(deps, interaction, 'linkto', async () => {
    const purchase = await purchaseNow(deps, subject);
    return purchase && { purchase, modal: () => linkModal(purchase) };
  });
}

/** Shows the server that was named beside the order, as `/link` does. */
export function serverNamed(
  deps: BotDeps,
  interaction: ModalSubmitInteraction,
  subject: string,
): Promise<void> {
  return look(deps, interaction, () => linkAsked(deps, subject, Number(answerIn(interaction, SERVER_FIELD))));
}

/**
 * Both, with the button that ties them together; or why that can't be done.
 *
 * @param serverId the panel's number of the server.
 * @throws StoreError
 */
export async function linkAsked(deps: BotDeps, target: string, serverId: number): Promise<MessageBody> {
  const refused = (outcome: string, detail: string) =>
    actionMessage({ status: 'ok', outcome, detail, hint: null });
  if (!Number.isSafeInteger(serverId) || serverId < 1)
    return refused('invalid', 'a server is named by its number, as the panel shows it');
  const check = await checkLink(deps, target, serverId);
  if (check.kind === 'refused') return actionMessage(check.done);
  const { purchase, server } = check;
  const isTaken = purchase.panel_server_id !== null && purchase.failure_code !== 'server_gone';
  return isTaken ? refused('has_server', String(purchase.panel_server_id)) : linkPreview(purchase, server);
}
