import { ButtonStyle } from 'discord.js';
import type { Action } from '../../store/store.ts';
import { customId } from './custom-id.ts';
import { inert, maskEmails } from './inert.ts';
import { buttons, type MessageBody, message, pressButton, text, when, whisper } from './parts.ts';
import { completeButton } from './rejected-buttons.ts';
import { lasting } from './words.ts';

/** What an action came to, for the one who asked for it. A dead end explains itself. */
export function actionMessage(done: Action): MessageBody {
  const special = WORDS[done.outcome];
  if (special) return special(done);
  const by = done.by ? ` by ${inert(done.by, 40)}${done.at ? ` ${when(Date.parse(done.at))}` : ''}` : '';
  switch (done.outcome) {
    case 'retrying':
      return whisper('amber', retrying(done));
    case 'still_rejected':
      return whisper(
        'red',
        `Looked at again, and it still can't become an order: ${inert(done.detail ?? '', 200)}`,
      );
    case 'already_running':
      // Of an order that has its server, the detail is what its install came to.
      if (done.detail)
        return readingInstall(
          done,
          `🔎 The status of the install is being read again already${by ? `, asked for${by}` : ''}`,
        );
      return whisper(
        'amber',
        `A try is under way already${by ? `, retried${by}` : ''}. Nothing was started twice.`,
      );
    case 'installing':
      return whisper(
        'amber',
        `The panel has the server already and installs it${by ? `, retried${by}` : ''}. Nothing to retry.`,
      );
    case 'already_provisioned':
      return whisper(
        'green',
        `The server is there and ready${by ? `, retried${by}` : ''}. Nothing to retry.`,
      );
    case 'closed':
      return whisper('grey', `The purchase is closed: ${inert(done.detail ?? 'no reason given', 120)}.`);
    case 'not_paid':
      return whisper(
        'grey',
        `It is not paid${done.detail ? ` (status ${inert(done.detail, 40)})` : ''}: there is nothing to provision.`,
      );
    case 'not_a_game':
      return whisper(
        'grey',
        `${inert(done.detail ?? 'It', 40)} is not a game: there is nothing to provision.`,
      );
    case 'has_server':
      return whisper(
        'grey',
        `The order already names server ${inert(done.detail ?? '', 60)}. Orderly never makes a second one.`,
      );
    case 'unknown':
      return whisper('grey', 'Nothing found: no purchase or order has this id.');
    default:
      return whisper('grey', `Nothing was done: ${inert(done.outcome, 60)}`);
  }
}

/** What completing a purchase came to; the form can be opened again from the answer. */
export function completedMessage(done: Action, subject: string): MessageBody {
  if (done.outcome !== 'still_rejected') return actionMessage(done);
  return message(
    'red',
    [
      text(`No order was made: ${inert(maskEmails(done.detail ?? 'no reason was given'), 300)}.`),
      ...buttons([completeButton(subject, 'again')]),
    ],
    { ephemeral: true },
  );
}

export const NOT_RECORDED = whisper(
  'red',
  '**Not recorded**: the database did not answer in time, and nothing was done. Press again.',
);

function retrying({ count, waiting }: Action): string {
  if (count && count > 1)
    return `🔁 Retrying ${count} orders, one after the other. Their live messages show how it goes.`;
  if (waiting && waiting > 1) {
    return `🔁 Retrying one of the ${waiting} orders now. When it gets through, the others go on by themselves.`;
  }
  return '🔁 Retrying now. The live message shows how it goes.';
}

function readingInstall({ purchase_id: id }: Action, words: string): MessageBody {
  return message(
    'amber',
    [
      text(
        `${words}; the live message shows it.\nIf it failed or hangs: **Reinstall** runs the install script again on the node.`,
      ),
      ...buttons(id ? [pressButton('Reinstall', customId('reinstall', id, 'ask'), ButtonStyle.Danger)] : []),
    ],
    { ephemeral: true },
  );
}

const said = (detail: string | null | undefined, most = 200) => inert(detail ?? '–', most);
const at = (time: string | null | undefined) => (time ? when(Date.parse(time), 'f') : '');
const how = (count: number | null | undefined) => `${count ?? 0} ${count === 1 ? 'order' : 'orders'}`;

/** Outcomes of the actions beside Retry, each in a sentence that says what is so now. */
const WORDS: Record<string, (done: Action) => MessageBody> = {
  paused: ({ detail, by, at: until }) =>
    whisper(
      'grey',
      `Provisioning is paused until ${at(until)} by ${said(by, 40)}: ${said(detail)}. \`/resume\` ends it.`,
    ),
  over: () => whisper('green', 'This is over already. Nothing to do.'),
  acknowledged: ({ by: from, at: until }) =>
    whisper(
      'green',
      `🙋 It is yours${from ? `, taken over from ${said(from, 40)}` : ''}. Nobody is called for it until ${at(until)}, unless its orders double.`,
    ),
  yours_already: ({ detail: since, at: until }) =>
    whisper('green', `🙋 It is yours since ${at(since)} already, quiet until ${at(until)}.`),
  noted: ({ detail }) => whisper('green', `💡 Noted: ${said(detail)}. The next alert of this cause says so.`),
  no_incident: () => whisper('grey', 'This alert is not known any more.'),
  drill_began: ({ by: person }) =>
    whisper('blue', `🔔 The drill began: ${person ? said(person, 40) : 'the on-call role'} is called now.`),
  drill_runs: ({ by, at: since }) =>
    whisper('grey', `A drill runs already, begun by ${said(by, 40)} ${at(since)}.`),
  drill_done: ({ count: seconds, waiting: step }) =>
    whisper(
      'green',
      `🟢 Drill over: you were on it after ${lasting((seconds ?? 0) * 1000)} (step ${step ?? 1}).`,
    ),
  nobody_on_call: () => whisper('grey', 'Nobody was on call by name: alerts call the role.'),
  reading_install: (done) => readingInstall(done, '🔎 Reading the status of the install again'),
  looking_for_server: ({ detail }) =>
    whisper(
      'amber',
      `🔎 Looking whether server ${said(detail, 20)} is back. If it stays gone, \`/provision\` offers to make a new one.`,
    ),
  not_gone: () =>
    whisper(
      'grey',
      'Nothing was made: as far as Orderly knows the order has its server. Press Retry if it is gone.',
    ),
  confirm_again: ({ detail }) =>
    whisper('grey', `Nothing was made. For a second server of this order type ${said(detail, 8)}.`),
  confirm_typed: ({ detail }) =>
    whisper(
      'grey',
      `Nothing was done: ${said(detail, 8)} was not what was typed. Press again, if you mean it.`,
    ),
  asking_stripe: ({ detail }) =>
    whisper(
      'amber',
      `📥 Recorded. Stripe is asked for ${said(detail, 70)} now; then it has a message of its own, or an alert.`,
    ),
  session_known: ({ purchase_id: id }) =>
    whisper('grey', `Its order is there by now: \`/order\` with ${said(id, 40)}. Nothing was made twice.`),
  reinstalling: () => whisper('amber', '🔁 The install runs again. The live message shows how it goes.'),
  no_server: () => whisper('grey', 'The order has no server that could be installed again.'),
  closed_now: ({ detail }) =>
    whisper(
      'grey',
      `⚫ Closed. ${detail ? `Server ${said(detail, 20)} stays on the panel as it is.` : 'Nothing is provisioned for it.'}`,
    ),
  completed: () =>
    whisper('green', '🧾 The order is made, and goes the way of any other. The live message shows it.'),
  has_order: ({ detail }) => whisper('grey', `It is an order already: ${said(detail, 60)}.`),
  not_ours_now: ({ detail }) =>
    whisper(
      'grey',
      `⚫ Closed. What is sold of ${said(detail, 120)} alone, and names no plan of ours, alerts no more.`,
    ),
  is_ours: ({ detail }) =>
    whisper(
      'grey',
      `Nothing was done: it names the plan ${said(detail, 60)} of our catalogue, so it is ours. Complete it, or \`/close\` it.`,
    ),
  products_unknown: ({ detail }) =>
    whisper('red', `Nothing was done: which product it is could not be read (${said(detail)}).`),
  no_products: () => whisper('grey', 'Nothing was done: no product was named.'),
  linked: ({ detail }) =>
    whisper('green', `🔗 Linked to server ${said(detail, 20)}. Its install is watched now.`),
  linked_unnamed: ({ detail }) =>
    whisper(
      'amber',
      `🔗 Linked, but the panel did not take the order's id as external id: ${said(detail)}. Set it there by hand.`,
    ),
  no_order: () => whisper('grey', 'Nothing linked: no order has this id.'),
  no_such_server: ({ detail }) =>
    whisper('grey', `Nothing linked: the panel has no server ${said(detail, 20)}.`),
  server_of_other: ({ detail }) =>
    whisper('red', `Nothing linked: that server is the one of ${said(detail, 60)}.`),
  server_taken: ({ detail }) =>
    whisper('red', `Nothing linked: that server belongs to ${said(detail, 60)} already.`),
  other_owner: ({ detail }) =>
    whisper('red', `Nothing linked: ${said(detail)}. Change the owner on the panel first, if that is right.`),
  create_out: () =>
    whisper(
      'amber',
      'Nothing linked: a create for this order is out, and what it makes would be a second server. Orderly finds out by itself, in a minute at most when the panel answers; then try again.',
    ),
  panel_unknown: ({ detail }) =>
    whisper('red', `Nothing linked: the panel could not be asked (${said(detail)}).`),
  unknown_node: ({ detail }) =>
    whisper('grey', `\`ptero_nodes\` has no node ${said(detail, 60)}: name one by its name or number.`),
  paused_now: ({ count, at: until, detail }) =>
    whisper(
      'blue',
      `⏸️ Paused until ${at(until)}: ${said(detail)}. ${how(count)} held; purchases are recorded meanwhile.`,
    ),
  setup_invalid: ({ detail }) => whisper('red', `Nothing was changed: ${said(detail)}.`),
  invalid: ({ detail }) => whisper('grey', `Nothing was done: ${said(detail)}.`),
  unknown_subject: ({ detail }) =>
    whisper('grey', `Nothing was paused: the catalogue has no ${said(detail, 60)}.`),
  unknown_pause: () => whisper('grey', 'There is no such pause.'),
  pause_over: ({ at: time }) => whisper('grey', `That pause ended ${at(time)}.`),
  resumed: ({ count }) => whisper('green', `▶️ Going on: ${how(count)}, one after the other.`),
};
