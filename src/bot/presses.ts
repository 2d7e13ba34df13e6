import type { ButtonInteraction } from 'discord.js';
import { acknowledge } from '../actions/acknowledge.ts';
import { backfill } from '../actions/backfill.ts';
import { link } from '../actions/link.ts';
import { provision } from '../actions/provision.ts';
import { retry, retryIncident } from '../actions/retry.ts';
import { searchIncidents } from '../commands/incidents.ts';
import { listOrders } from '../commands/orders.ts';
import { inspect } from '../runbook/inspect.ts';
import { act, actLate, actorOf, look, replace, reply, turn } from './answers.ts';
import { askWhatWasBought } from './complete.ts';
import type { BotDeps } from './deps.ts';
import { askForServer } from './link-form.ts';
import { actionMessage } from './messages/action-words.ts';
import { CANCELLED } from './messages/confirm-message.ts';
import { type Button, readCustomId } from './messages/custom-id.ts';
import { diagnosisMessage, manySessions, noDiagnosisMessage } from './messages/diagnosis-message.ts';
import { helpedModal } from './messages/helped-modal.ts';
import { inert } from './messages/inert.ts';
import { inspectMessage } from './messages/inspect-message.ts';
import { readListId } from './messages/list-id.ts';
import { pickMessage } from './messages/list-message.ts';
import { type MessageBody, whisper } from './messages/parts.ts';
import { readSearchId } from './messages/search-id.ts';
import { askFirst } from './sure.ts';

export const NO_SUCH_BUTTON = whisper(
  'grey',
  'This button belongs to another version of Orderly. Use `/order`.',
);

/** Does what a button's id says. Nothing about a press is kept in memory (P7). */
export async function press(deps: BotDeps, interaction: ButtonInteraction): Promise<void> {
  const list = readListId(interaction.customId);
  if (list) return turn(deps, interaction, () => listOrders(deps, list));
  const search = readSearchId(interaction.customId);
  if (search) return turn(deps, interaction, () => searchIncidents(deps, search));
  const button = readCustomId(interaction.customId);
  return button ? pressed(deps, interaction, button) : reply(deps, interaction, NO_SUCH_BUTTON);
}

function pressed(deps: BotDeps, interaction: ButtonInteraction, button: Button): Promise<void> {
  const { action, subject, rest } = button;
  const actor = actorOf(interaction);
  switch (action) {
    case 'inspect':
      return look(deps, interaction, () => diagnosed(deps, subject));
    case 'cancel':
      return replace(deps, interaction, CANCELLED);
    case 'close':
    case 'reinstall':
    case 'again':
    case 'notours':
      return askFirst(deps, interaction, action, subject);
    case 'complete':
      return askWhatWasBought(deps, interaction, subject);
    case 'linkto':
      return askForServer(deps, interaction, subject);
    case 'link':
      return actLate(deps, interaction, async () =>
        actionMessage(await link(deps, actor, subject, Number(rest))),
      );
    case 'ack':
      return act(deps, interaction, async () => actionMessage(await acknowledge(deps, actor, subject)));
    case 'helped':
      return interaction.showModal(helpedModal(subject)).then(() => undefined);
    case 'retry':
      return act(deps, interaction, async () => actionMessage(await retry(deps, actor, subject)));
    case 'retryall':
      return act(deps, interaction, async () => actionMessage(await retryIncident(deps, actor, subject)));
    case 'backfill':
      return act(deps, interaction, async () => actionMessage(await backfill(deps, actor, subject)));
    case 'provision': {
      const node = rest === '-' ? undefined : rest;
      return act(deps, interaction, async () =>
        actionMessage(await provision(deps, actor, subject, { node })),
      );
    }
  }
}

/** The runbook, walked for whatever is named. */
export async function diagnosed(deps: BotDeps, target: string): Promise<MessageBody> {
  const told = await deps.report(target);
  const links = { panelUrl: deps.panelUrl, guildId: deps.settings().guildId };
  if (told.kind === 'diagnosis') return diagnosisMessage(told, links);
  if (told.kind !== 'many') return noDiagnosisMessage(told);
  const found = await Promise.all(told.purchases.map((id) => deps.store.find(id)));
  const purchases = found.flatMap((one) => (one.status === 'found' ? [one.purchase] : []));
  return purchases.length > 0 ? pickMessage(inert(target, 60), purchases) : manySessions(told.sessions);
}

/** Everything about one purchase. @throws StoreError */
export async function inspected(deps: BotDeps, subject: string) {
  return inspectMessage(await inspect(deps, subject), { panelUrl: deps.panelUrl });
}
