import type { ModalSubmitInteraction } from 'discord.js';
import { reply } from './answers.ts';
import { completed } from './complete.ts';
import type { BotDeps } from './deps.ts';
import { serverNamed } from './link-form.ts';
import { readFormId, readSureId } from './messages/custom-id.ts';
import { whisper } from './messages/parts.ts';
import { confirmed } from './sure.ts';

const NO_SUCH_MODAL = whisper(
  'grey',
  'This form belongs to another version of Orderly. Nothing was done. Use `/order`.',
);

/** Does what a modal was for. All that it needs is in its id (P7). */
export function submitted(deps: BotDeps, interaction: ModalSubmitInteraction): Promise<void> {
  const sure = readSureId(interaction.customId);
  if (sure) return confirmed(deps, interaction, sure);
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
