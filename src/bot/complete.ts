import type { ButtonInteraction, ModalSubmitInteraction } from 'discord.js';
import { type Completion, complete } from '../actions/complete.ts';
import { cleanServerName } from '../orders/server-name.ts';
import { act, actorOf } from './answers.ts';
import type { BotDeps } from './deps.ts';
import { answerIn, openForm } from './forms.ts';
import { completedMessage } from './messages/action-words.ts';
import { completeModal } from './messages/complete-modal.ts';

/** Opens the form that asks what was bought. */
export function askWhatWasBought(
  deps: BotDeps,
  interaction: ButtonInteraction,
  subject: string,
): Promise<void> {
  return openForm(deps, interaction, 'complete', async () => {
    const found = await deps.store.completion(subject);
    if (found.status !== 'found') return null;
    return { purchase: found.purchase, modal: () => completeModal(found) };
  });
}

/** Makes the order of what was filled in; what was left empty stays as the checkout had it. */
export function completed(
  deps: BotDeps,
  interaction: ModalSubmitInteraction,
  subject: string,
): Promise<void> {
  return act(deps, interaction, async () => {
    const done = await complete(deps, actorOf(interaction), subject, factsOf(interaction));
    return completedMessage(done, subject);
  });
}

function factsOf(interaction: ModalSubmitInteraction): Completion {
  const typedName = answerIn(interaction, 'server_name');
  const facts = {
    user_id: answerIn(interaction, 'user_id'),
    plan_id: answerIn(interaction, 'plan_id'),
    term: answerIn(interaction, 'term'),
    region: answerIn(interaction, 'region'),
    server_name: typedName === undefined ? undefined : (cleanServerName(typedName) ?? undefined),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
