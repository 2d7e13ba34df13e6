import type { ModalSubmitInteraction } from 'discord.js';
import { helped } from '../actions/helped.ts';
import { act, actorOf, reply } from './answers.ts';
import { completed } from './complete.ts';
import type { BotDeps } from './deps.ts';
import { serverNamed } from './link-form.ts';
import { actionMessage } from './messages/action-words.ts';
import { readFormId, readSureId } from './messages/custom-id.ts';
import { readHelpedId } from './messages/helped-modal.ts';
import { whisper } from './messages/parts.ts';
import { SURE_FIELD } from './messages/sure-modal.ts';
import { confirmed } from './sure.ts';

const NO_SUCH_MODAL = whisper(
  'grey',
  'This form belongs to another version of Orderly. Nothing was done. Use `/order`.',
);

/** Does what a modal was for. All that it needs is in its id (P7). */
export function submitted(deps: BotDeps, interaction: ModalSubmitInteraction): Promise<void> {
  const sure = readSureId(interaction.customId);
  if (sure) return confirmed(deps, interaction, sure);
  const incident = readHelpedId(interaction.customId);
  if (incident !== null) return noteHelp(deps, interaction, incident);
  const form = readFormId(interaction.customId);
  switch (form?.form) {
    case 'complete':
      return completed(deps, interaction, form.subject);
    case 'linkto':
      return serverNamed(deps, interaction, form.subject);
    default:
      return reply(deps, interaction, NO_SUCH_MODAL);
  }
}

function noteHelp(deps: BotDeps, interaction: ModalSubmitInteraction, incident: string): Promise<void> {
  const words = interaction.fields.getTextInputValue(SURE_FIELD);
  return act(deps, interaction, async () =>
    actionMessage(await helped(deps, actorOf(interaction), incident, words)),
  );
}
