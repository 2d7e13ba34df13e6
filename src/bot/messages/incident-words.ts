import type { IncidentRow } from '../../store/store.ts';
import { inert, maskEmails } from './inert.ts';
import type { Links } from './links.ts';
import { when } from './parts.ts';

const HOW: Record<string, string> = {
  retry: 'Retry',
  retry_incident: 'Retry all',
  close: '/close',
  link: '/link',
  reinstall: 'Reinstall',
  provision: '/provision',
  complete: 'Complete',
  not_ours: 'Not ours',
  backfill: 'fetched from Stripe',
};

/** What was done, in the word of its button or command. */
export const howItWasDone = (action: string): string => HOW[action] ?? inert(action, 40);

const DONE: Record<string, string> = {
  retry: 'retried',
  retry_incident: 'retried',
  close: 'closed',
  link: 'linked',
  reinstall: 'reinstalled',
  provision: 'provisioned',
  complete: 'completed',
  not_ours: 'put away as not ours',
  backfill: 'fetched from Stripe',
};

/** Whether a person ended it, and how; or that it went by itself, and who was on it then. */
export function howItEnded({ closed_at, close_reason, fix, acked_by }: IncidentRow): string {
  const watching = acked_by === null ? '' : inert(acked_by, 30);
  if (closed_at === null) return watching ? `open, ${watching} is on it` : 'open';
  if (fix.by === null) {
    const reason = inert(maskEmails(close_reason ?? 'over'), 60);
    return `over by itself (${reason})${watching ? `, ${watching} was on it` : ''}`;
  }
  const by = inert(fix.by, 30);
  if (fix.note !== null) return `fixed by ${by}: ${inert(maskEmails(fix.note), 70)}`;
  return `${DONE[fix.how ?? ''] ?? howItWasDone(fix.how ?? '')} by ${by}`;
}

/** Its number, as a link to its alert where that stands. */
export function incidentNumber({ id, place }: IncidentRow, { guildId }: Links): string {
  const url = place?.channel_id && guildId ? messageUrl(guildId, place.channel_id, place.message_id) : null;
  return url === null ? `#${id}` : `[#${id}](${url})`;
}

export const messageUrl = (guildId: string, channelId: string, messageId: string) =>
  `https://discord.com/channels/${guildId}/${channelId}/${messageId}`;

/** The last one that had the same cause, where it was, and what helped then. */
export function sameAsWords(row: IncidentRow, links: Links): string {
  const where = row.nodes.length === 0 ? '' : ` on ${row.nodes.map((node) => inert(node, 24)).join(', ')}`;
  return `🕘 Same as ${incidentNumber(row, links)} ${when(row.opened_at)}${where}, ${howItEnded(row)}`;
}
