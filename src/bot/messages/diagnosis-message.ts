import { stateOf } from '../../orders/state.ts';
import type { Line } from '../../runbook/check.ts';
import { type Mark, NOT_YET } from '../../runbook/check.ts';
import type { Diagnosis } from '../../runbook/diagnose.ts';
import { type Facts, seen } from '../../runbook/facts.ts';
import type { Issue } from '../../runbook/issues.ts';
import type { Report } from '../../runbook/report.ts';
import { sameAsWords } from './incident-words.ts';
import { inert, maskEmails } from './inert.ts';
import { timeline } from './inspect-message.ts';
import type { Links } from './links.ts';
import { line, type MessageBody, message, text, when, whisper } from './parts.ts';
import { verdictButtons } from './verdict-buttons.ts';
import { buyer, LOOKS, serverName, whatWasBought } from './words.ts';

const MARKS: Record<Mark, string> = { ok: '✅', bad: '❌', warn: '⚠️', unknown: '❔', later: '▫️' };
const ISSUES: Record<Issue, string> = {
  webhook_not_called: 'The webhook was not called',
  no_order: 'The webhook was called, and there is no order',
  not_triggered: 'There is an order, and nobody provisions it',
  provisioning_failed: 'Provisioning failed',
  healthy: 'Healthy',
  under_way: 'Under way',
  not_known: 'Not known',
};
/** `/order` shows more of them. */
const LAST_ENTRIES = 6;
const CALM = new Set<Issue>(['healthy', 'under_way']);

/** The runbook, walked: the verdict and the one thing to do first, then every look with what was seen. Only for the one who asked. */
export function diagnosisMessage(
  { facts, diagnosis, sameAs }: Report & { kind: 'diagnosis' },
  links: Links,
): MessageBody {
  const p = seen(facts.purchase);
  const look = p ? LOOKS[stateOf(p)] : null;
  const colour = CALM.has(diagnosis.issue) ? (look?.colour ?? 'grey') : diagnosis.cause ? 'red' : 'grey';
  const title = p ? `${look?.icon} ${serverName(p)}` : '🔎 A purchase that Orderly was not told of';
  const what = p ? `${whatWasBought(p)} · ${buyer(p)}` : sessionWords(facts);
  return message(
    colour,
    [
      text(`### ${title}\n${what}`),
      text(verdict(diagnosis)),
      ...(sameAs === null ? [] : [text(sameAsWords(sameAs, links))]),
      line(),
      text(chain(diagnosis.lines)),
      ...(p ? [text(`**Timeline**\n${timeline(p.timeline, LAST_ENTRIES)}`)] : []),
      ...verdictButtons(diagnosis, facts, links),
    ],
    { ephemeral: true },
  );
}

function verdict({ issue, sentence, next, cause, lines }: Diagnosis): string {
  const broken = lines.find(({ mark }) => mark === 'bad');
  const why = broken ? `\n${evidenceOf(broken, 300)}` : '';
  return `**${ISSUES[issue]}${cause ? `: ${sentence}` : ''}**${cause ? '' : `\n${sentence}`}${why}\n➡️ **${next}**`;
}

/** Link by link; those that it has not come to are named in one line. */
function chain(lines: Line[]): string {
  const open = lines.filter(({ mark, evidence }) => mark === 'later' && evidence === NOT_YET);
  const rows = lines.filter((one) => !open.includes(one)).map(row);
  if (open.length > 0)
    rows.push(`-# ${MARKS.later} Not come to yet: ${open.map(({ title }) => title).join(', ')}`);
  return rows.join('\n');
}

/** What has not come to be is no news: its line is short. */
function row(one: Line): string {
  return one.mark === 'later'
    ? `-# ${MARKS.later} ${one.title}: ${evidenceOf(one, 90)}`
    : `${MARKS[one.mark]} **${one.title}** ${evidenceOf(one, 140)}`;
}

/** Times that we wrote ourselves stay times; all the rest is foreign text. */
function evidenceOf({ evidence }: Line, most: number): string {
  return evidence
    .slice(0, most)
    .split(/(<t:\d{1,12}:[RfT]>)/)
    .map((part, at) => (at % 2 === 1 || part.trim() === '' ? part : inert(maskEmails(part), most)))
    .join('');
}

function sessionWords(facts: Facts): string {
  const session = seen(facts.session);
  return session ? `session ${inert(session.id, 90)}` : 'no session';
}

/** Several sessions at Stripe, of which Orderly was told of none: one is to be named. */
export function manySessions(sessions: { id: string; created: number }[]): MessageBody {
  const rows = sessions.map(({ id, created }) => `${inert(id, 90)} ${when(created * 1000)}`);
  return whisper(
    'amber',
    `Stripe has several sessions that fit; use \`/inspect\` with one of them.\n${rows.join('\n')}`,
  );
}

/** What is no diagnosis: nothing found, refused, or an order from before Orderly. */
export function noDiagnosisMessage(told: Exclude<Report, { kind: 'diagnosis' | 'many' }>): MessageBody {
  switch (told.kind) {
    case 'refused':
      return whisper('grey', `Not searched: ${told.reason}.`);
    case 'legacy':
      return whisper(
        'grey',
        `### ⚪ An order from before Orderly\norder ${inert(told.order.id ?? '–', 90)} · status ${inert(told.order.status ?? '–', 30)}\n-# Orderly never touches it by itself. \`/provision\` with this order id takes it over.`,
      );
    case 'nothing': {
      const blind = told.blind.map((reason) => `\n❔ ${inert(maskEmails(reason), 200)}`).join('');
      return whisper(
        'grey',
        `Nothing found for ${inert(told.target.includes('@') ? maskEmails(told.target) : told.target)}.\nSearched: ${told.searched}; in Orderly and, where it is an id or e-mail, at Stripe.${blind}`,
      );
    }
  }
}
