import type { Action, Shift } from '../../store/store.ts';
import { actionMessage } from './action-words.ts';
import { inert } from './inert.ts';
import { type MessageBody, message, text, when, whisper } from './parts.ts';

/** Who is on call, for the one who asked. */
export function shiftMessage(shift: Shift | null, onCallRoleId: string | null): MessageBody {
  const role = onCallRoleId === null ? 'nobody: no role is set' : `<@&${onCallRoleId}>`;
  if (shift === null)
    return whisper(
      'blue',
      `Nobody is on call by name: alerts call ${role}. \`/oncall action:take\` puts you there.`,
    );
  const until = shift.until === null ? 'until somebody else is' : `until ${when(shift.until, 'f')}`;
  return whisper(
    'blue',
    `🧑‍🚒 <@${shift.person_id}> is on call since ${when(shift.since)}, ${until}. Nobody on it in five minutes: ${role}.`,
  );
}

/** A change of who is on call, for everybody in the channel; it pings nobody. `personId` null: nobody is. */
export function onCallMessage(done: Action, actor: { name: string }, personId: string | null): MessageBody {
  const by = inert(actor.name, 40);
  if (done.outcome === 'off_call')
    return message('blue', [
      text(`🧑‍🚒 ${inert(done.detail ?? '–', 40)} is no longer on call, by ${by}: alerts call the role.`),
    ]);
  if (done.outcome !== 'on_call' || personId === null) return actionMessage(done);
  const until = done.at ? `until ${when(Date.parse(done.at), 'f')}` : 'until somebody else is';
  const before = done.by ? `, after ${inert(done.by, 40)}` : '';
  const how = done.detail === actor.name ? '' : `, by ${by}`;
  return message('blue', [
    text(
      `🧑‍🚒 <@${personId}> is on call now, ${until}${before}${how}. Alerts call them first, then the role.`,
    ),
  ]);
}
