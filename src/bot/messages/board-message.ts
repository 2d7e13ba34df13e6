import { STANDINGS, type Standing } from '../../orders/board.ts';
import type { MessageRow } from '../../orders/purchase.ts';
import type { Board } from '../../store/store.ts';
import { markOf } from './custom-id.ts';
import type { Links } from './links.ts';
import { buttons, linkButton, type MessageBody, message, text, when } from './parts.ts';
import { lasting } from './words.ts';

const LABELS: Record<Standing, string> = {
  ready: 'ready',
  installing: 'installing',
  working: 'waiting for their server',
  failed: 'failed',
  other: 'with nothing to provision',
  closed: 'closed',
  unpaid: 'not paid yet',
};

/**
 * The one message that tells of all purchases while more come than the channel can carry messages of; when that is over it says
 * so, and stays. It never pings: each failure has its own alert.
 */
export function boardMessage(
  board: Board,
  row: Pick<MessageRow, 'id' | 'generation'>,
  links: Links,
): MessageBody {
  const isOver = board.over_at !== null;
  const title = isOver ? '### ✅ The rush is over' : '### 🌊 More purchases than messages fit';
  // The link's end is our mark: with it the message is found again when its answer was lost.
  const link = linkButton('Panel', `${links.panelUrl}/admin/servers#board:${markOf(row)}`);
  const parts = [text(title), text(`${total(board)}: ${states(board)}`), text(behind(board))];
  return message(isOver ? 'grey' : 'amber', [...parts, ...buttons([link])]);
}

function total({ counts, since, over_at, last_minute }: Board): string {
  const paid = count(Object.values(counts).reduce((sum, n) => sum + n, 0));
  if (over_at !== null) return `**${paid} paid** from ${when(since, 'T')} to ${when(over_at, 'T')}`;
  return `**${paid} paid** since ${when(since, 'T')}, ${count(last_minute)} in the last minute`;
}

function states({ counts }: Board): string {
  const some = STANDINGS.filter((standing) => (counts[standing] ?? 0) > 0);
  return some.map((standing) => `${count(counts[standing] ?? 0)} ${LABELS[standing]}`).join(', ');
}

function behind({ now, over_at, waiting, oldest }: Board): string {
  if (over_at !== null)
    return `Every purchase has its own message again, true since ${when(over_at, 'T')}.\n-# Nothing to do. This one does not change any more.`;
  const late = oldest === null ? 'up to date' : `about ${lasting(now - oldest)} behind`;
  return `Single messages are ${late}; ${count(waiting)} wait, failures first.\n-# as of ${when(now, 'T')}`;
}

const count = (n: number) => n.toLocaleString('en');
