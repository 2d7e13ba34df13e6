import type { MessageRow } from '../../orders/purchase.ts';
import { markOf } from './custom-id.ts';
import { buttons, type MessageBody, message, pressButton, text } from './parts.ts';
import { openSetupId } from './setup-id.ts';

/** What `/setup` posts to see that it arrives. It pings nobody. */
export function testMessage(row: Pick<MessageRow, 'id' | 'generation'>): MessageBody {
  return message('grey', [
    text(
      '### 🧪 A test message of Orderly\n`/setup` asked for it. Nothing is to be done, and nobody was pinged.',
    ),
    ...buttons([pressButton('Settings', openSetupId(markOf(row)))]),
  ]);
}
