import type { SimMessage } from '../../sandbox/discord/index.ts';
import type { World } from '../../sandbox/world.ts';
import type { PurchaseRow, Wrong } from './ledger-rows.ts';

/** P4, P6: one live message a purchase, which says what is so; and an alert says whether it is over. */
export async function wrongMessages(
  world: World,
  rows: PurchaseRow[],
  deleted: ReadonlySet<string>,
): Promise<Wrong[]> {
  const { discord, database } = world;
  const messages = discord.messages(discord.channels.purchases);
  const said = await database<{ kind: string; subject: string; message_id: string | null }[]>`
    select kind, subject, message_id from orderly_messages`;
  const known = new Set(said.map(({ message_id: id }) => id));
  const byId = new Map(messages.map((message) => [message.id, message]));
  const live = new Map(
    said.filter(({ kind }) => kind === 'purchase').map((row) => [row.subject, row.message_id]),
  );
  const incidents = await database<
    { id: string; closed_at: string | null }[]
  >`select id, closed_at from orderly_incidents`;
  const alerts = new Map(
    said.filter(({ kind }) => kind === 'alert').map((row) => [row.subject, row.message_id]),
  );
  // What a person deleted comes back with the next news of it.
  const isThere = (messageId: string | null | undefined) => !deleted.has(messageId ?? '');
  return [
    ...rows
      .filter((row) => isThere(live.get(row.id)))
      .flatMap((row) => wrongLive(row, byId.get(live.get(row.id) ?? ''))),
    ...incidents
      .filter((one) => isThere(alerts.get(String(one.id))))
      .flatMap((one) => wrongAlert(one, alerts.get(String(one.id)), byId)),
    ...messages
      .filter(
        (message) =>
          message.authorId === discord.applicationId &&
          !known.has(message.id) &&
          message.interactionId === null,
      )
      .map((message) => ({
        promise: 'each message is known',
        what: `${message.id}: ${textOf(message).slice(0, 200)}`,
      })),
  ];
}

function wrongLive(row: PurchaseRow, message: SimMessage | undefined): Wrong[] {
  const promise = 'each message is true';
  if (!message) return [{ promise, what: `${row.id} has no message` }];
  const wanted = iconsOf(row);
  const [shown = '?'] = /🟢|🔴|🟠|🔵|⚪|⚫|🕓|⏸️/u.exec(textOf(message)) ?? [];
  return wanted.includes(shown)
    ? []
    : [{ promise, what: `${row.id} shows ${shown}, true is ${wanted.join(' or ')}` }];
}

/** Told from the columns, apart from how the product tells it. */
function iconsOf(row: PurchaseRow): string[] {
  if (row.closed_at !== null || row.payment === 'failed' || row.payment === 'expired') return ['⚫'];
  if (row.payment === 'waiting') return ['🕓'];
  if (row.problem_code !== null) return ['🔴'];
  if (row.item_type !== 'game') return ['⚪'];
  if (row.install === 'ready') return row.failure_code === 'server_gone' ? ['🔴'] : ['🟢'];
  if (row.install === 'failed' || row.install === 'never_finished') return ['🔴'];
  if (row.panel_server_id !== null) return row.failure_code === null ? ['🟠'] : ['🔴'];
  return row.incident_id === null ? ['🔵', '🟠', '⏸️'] : ['🔴', '🟠', '🔵', '⏸️'];
}

function wrongAlert(
  { id, closed_at: closed }: { id: string; closed_at: string | null },
  messageId: string | null | undefined,
  byId: Map<string, SimMessage>,
): Wrong[] {
  const promise = 'each message is true';
  // One that ended before it was posted is not posted.
  if (!messageId)
    return closed === null ? [{ promise, what: `incident ${id} is open and has no message` }] : [];
  const message = byId.get(messageId);
  if (!message) return [{ promise, what: `the message of incident ${id} is gone` }];
  const isOver = /🟢 (Over|Drill over)|🔴 Drill over/.test(textOf(message));
  if (isOver === (closed !== null)) return [];
  return [{ promise, what: `the alert of incident ${id} says that it is ${isOver ? 'over' : 'open'}` }];
}

const textOf = (message: SimMessage) => message.content + JSON.stringify(message.components);
