import type { Action } from '../../store/store.ts';
import { inert } from './inert.ts';
import { type MessageBody, when, whisper } from './parts.ts';

/** What an action came to, for the one who asked for it. A dead end explains itself. */
export function actionMessage(done: Action): MessageBody {
  const by = done.by ? ` by ${inert(done.by, 40)}${done.at ? ` ${when(Date.parse(done.at))}` : ''}` : '';
  switch (done.outcome) {
    case 'retrying':
      return whisper('amber', '🔁 Retrying now. The live message shows how it goes.');
    case 'still_rejected':
      return whisper(
        'red',
        `Looked at again, and it still can't become an order: ${inert(done.detail ?? '', 200)}`,
      );
    case 'already_running':
      return whisper(
        'amber',
        `A try is under way already${by ? `, retried${by}` : ''}. Nothing was started twice.`,
      );
    case 'installing':
      return whisper('amber', 'The panel has the server already and installs it. Nothing to retry.');
    case 'already_provisioned':
      return whisper('green', 'The server is there and ready. Nothing to retry.');
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

export const NOT_RECORDED = whisper(
  'red',
  '**Not recorded**: the database did not answer in time, and nothing was done. Press again.',
);
