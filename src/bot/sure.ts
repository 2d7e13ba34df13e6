import type { ButtonInteraction, ModalSubmitInteraction } from 'discord.js';
import type { Actor } from '../actions/actor.ts';
import { close } from '../actions/close.ts';
import { notOurs, productsOf, type SoldProduct } from '../actions/not-ours.ts';
import { provision } from '../actions/provision.ts';
import { reinstall } from '../actions/reinstall.ts';
import type { Purchase } from '../orders/purchase.ts';
import type { Action } from '../store/store.ts';
import { act, actLate, actorOf, reply } from './answers.ts';
import type { BotDeps } from './deps.ts';
import { openForm, purchaseNow } from './forms.ts';
import { actionMessage } from './messages/action-words.ts';
import type { Sure } from './messages/custom-id.ts';
import { SURE_FIELD, sureModal } from './messages/sure-modal.ts';

/** Opens the modal of something that is not undone easily; a dead end is said instead of asked about. */
export function askFirst(
  deps: BotDeps,
  interaction: ButtonInteraction,
  action: Sure['action'],
  subject: string,
): Promise<void> {
  const beganMs = deps.clock.now();
  return openForm(deps, interaction, action, async () => {
    const purchase = await purchaseNow(deps, subject);
    if (purchase === null) return null;
    const sold = () => (action === 'notours' ? soldIn(deps, purchase, beganMs) : null);
    return { purchase, modal: async () => sureModal(action, purchase, await sold()) };
  });
}

/** What was sold, when Stripe says so while a modal can still be opened; it may take twice as long as one source of Inspect. */
async function soldIn(deps: BotDeps, p: Purchase, beganMs: number): Promise<SoldProduct[] | null> {
  const leftMs = 2 * deps.timings.lookMs - (deps.clock.now() - beganMs);
  if (p.session_id === null || leftMs <= 0) return null;
  const late = deps.clock.sleep(leftMs).then(() => null);
  const sold = await Promise.race([productsOf(deps, p.session_id), late]);
  return sold?.kind === 'known' ? sold.products : null;
}

/** Does what a modal asked about, when the right thing was typed. All that it needs is in its id (P7). */
export async function confirmed(
  deps: BotDeps,
  interaction: ModalSubmitInteraction,
  sure: Sure,
): Promise<void> {
  const answer = interaction.fields.getTextInputValue(SURE_FIELD).trim();
  const isRight = sure.typed === '-' ? answer.length > 0 : answer.toLowerCase() === sure.typed.toLowerCase();
  if (!isRight) {
    const wrong: Action = { status: 'ok', outcome: 'confirm_typed', detail: sure.typed, hint: null };
    return reply(deps, interaction, actionMessage(wrong));
  }
  // What is not ours is known by its products, which stand only in Stripe.
  const how = sure.action === 'notours' ? actLate : act;
  return how(deps, interaction, async () =>
    actionMessage(await done(deps, actorOf(interaction), sure, answer)),
  );
}

function done(deps: BotDeps, actor: Actor, { action, subject }: Sure, answer: string): Promise<Action> {
  switch (action) {
    case 'close':
      return close(deps, actor, subject, answer);
    case 'reinstall':
      return reinstall(deps, actor, subject);
    case 'again':
      return provision(deps, actor, subject, { again: answer });
    case 'notours':
      return notOurs(deps, actor, subject);
  }
}
