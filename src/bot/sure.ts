import type { ButtonInteraction, ModalSubmitInteraction } from 'discord.js';
import { close } from '../actions/close.ts';
import { helped } from '../actions/helped.ts';
import { provision } from '../actions/provision.ts';
import { reinstall } from '../actions/reinstall.ts';
import { toError } from '../lib/failure.ts';
import { whyNot } from '../orders/provision-preview.ts';
import type { Action, Found } from '../store/store.ts';
import { act, actorOf, reply } from './answers.ts';
import type { BotDeps } from './deps.ts';
import { actionMessage, NOT_RECORDED } from './messages/action-words.ts';
import { readSureId, type Sure } from './messages/custom-id.ts';
import { readHelpedId } from './messages/helped-modal.ts';
import { whisper } from './messages/parts.ts';
import { SURE_FIELD, sureModal } from './messages/sure-modal.ts';

const NO_SUCH_MODAL = whisper(
  'grey',
  'This form belongs to another version of Orderly. Nothing was done. Use `/order`.',
);

/**
 * Opens the modal of something that is not undone easily. Discord takes a modal as the first answer or not at all, so one fast read has
 * to do; a dead end is said instead of asked about.
 */
export async function askFirst(
  deps: BotDeps,
  interaction: ButtonInteraction,
  action: Sure['action'],
  subject: string,
): Promise<void> {
  let found: Found;
  try {
    found = await deps.store.findNow(subject);
  } catch (thrown) {
    deps.log.warn({ interaction: interaction.id, reason: toError(thrown).message }, 'no modal was opened');
    return reply(deps, interaction, NOT_RECORDED);
  }
  if (found.status !== 'found')
    return reply(deps, interaction, actionMessage({ status: 'ok', outcome: 'unknown', hint: null }));
  const dead = whyNot(action, found.purchase);
  if (dead !== null) return reply(deps, interaction, actionMessage({ status: 'ok', hint: null, ...dead }));
  await interaction.showModal(sureModal(action, found.purchase));
}

/** Does what a modal asked about, when the right thing was typed. All that it needs is in its id (P7). */
export async function submitted(deps: BotDeps, interaction: ModalSubmitInteraction): Promise<void> {
  const incident = readHelpedId(interaction.customId);
  if (incident !== null) return noteHelp(deps, interaction, incident);
  const sure = readSureId(interaction.customId);
  if (!sure) return reply(deps, interaction, NO_SUCH_MODAL);
  const answer = interaction.fields.getTextInputValue(SURE_FIELD).trim();
  const isRight = sure.typed === '-' ? answer.length > 0 : answer.toLowerCase() === sure.typed.toLowerCase();
  if (!isRight) {
    const done: Action = { status: 'ok', outcome: 'confirm_typed', detail: sure.typed, hint: null };
    return reply(deps, interaction, actionMessage(done));
  }
  return act(deps, interaction, async () => {
    const actor = actorOf(interaction);
    switch (sure.action) {
      case 'close':
        return actionMessage(await close(deps, actor, sure.subject, answer));
      case 'reinstall':
        return actionMessage(await reinstall(deps, actor, sure.subject));
      case 'again':
        return actionMessage(await provision(deps, actor, sure.subject, { again: answer }));
    }
  });
}

function noteHelp(deps: BotDeps, interaction: ModalSubmitInteraction, incident: string): Promise<void> {
  const words = interaction.fields.getTextInputValue(SURE_FIELD);
  return act(deps, interaction, async () =>
    actionMessage(await helped(deps, actorOf(interaction), incident, words)),
  );
}
