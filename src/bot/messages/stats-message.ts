import type { APIComponentInContainer } from 'discord.js';
import { failureKind } from '../../orders/failures.ts';
import type { Stats } from '../../store/store.ts';
import { type AnswerBody, line, type MessageBody, message, picture, text, when } from './parts.ts';

const BAR = 10;

const PICTURE = 'stats.png';

/** What the last hours were like, in numbers and bars of text; with a picture of the same numbers, where there is one. */
export function statsMessage(stats: Stats, title: string, chart: Buffer | null = null): AnswerBody {
  const plain = statsText(stats, title, []);
  if (chart === null) return plain;
  const body = statsText(stats, title, [picture(PICTURE, inWords(stats, title))]);
  return { ...body, files: [{ name: PICTURE, attachment: chart }], plain };
}

/** The picture for who can't see it. */
function inWords(stats: Stats, title: string): string {
  const causes = stats.causes.map(({ code, orders }) => `${orders} ${failureKind(code).sentence}`).join(' ');
  return `${title} as a chart. Games bought: ${stats.games}, ready ${stats.ready}, failed ${stats.failed}, closed ${stats.closed}. From paid to ready: ${times(stats)}. Why tries failed: ${causes || 'none did.'}`;
}

function statsText(stats: Stats, title: string, gallery: APIComponentInContainer[]): MessageBody {
  const { games, ready, failed, closed } = stats;
  const going = games - ready - failed - closed;
  const rest = [
    failed > 0 ? `🔴 ${failed} failed` : null,
    going > 0 ? `🟠 ${going} on the way` : null,
    closed > 0 ? `⚫ ${closed} closed` : null,
  ].filter((part) => part !== null);
  return message(
    'blue',
    [
      text(`### 📊 ${title}\n-# Since ${when(stats.since, 'f')}`),
      ...gallery,
      text(
        `**${stats.purchases}** ${stats.purchases === 1 ? 'purchase' : 'purchases'}, **${games}** of a game\n${delivered(stats)}${rest.length > 0 ? `\n${rest.join(' · ')}` : ''}`,
      ),
      text(`**From paid to ready**\n${times(stats)}`),
      line(),
      text(`**Why tries failed** (orders)\n${causes(stats)}`),
      text(
        `🔁 ${stats.retries} ${stats.retries === 1 ? 'retry' : 'retries'} by staff · 🚨 ${stats.incidents} ${stats.incidents === 1 ? 'incident' : 'incidents'}, ${stats.open_incidents} open now${acknowledged(stats)}`,
      ),
    ],
    { ephemeral: true },
  );
}

function delivered({ games, ready, closed }: Stats): string {
  const wanted = games - closed;
  if (wanted === 0) return 'No game to deliver.';
  const share = ready / wanted;
  // 999 of 1000 is not "100 %".
  const percent = Math.floor(share * 1000) / 10;
  return `${bar(share)} ${percent} % ready: ${ready} of ${wanted}`;
}

/** Nothing while nobody's acknowledging is measured. */
function acknowledged({ ack_p50_s: half, acked, unacked }: Stats): string {
  if (acked + unacked === 0) return '';
  const within = half === null ? '' : `, half within ${duration(half)}`;
  return `\n👋 ${acked} of ${acked + unacked} alerts acknowledged${within}`;
}

function times({ p50_s: half, p95_s: most }: Stats): string {
  if (half === null || most === null) return 'nothing was ready yet';
  return `half within ${duration(half)} · 95 % within ${duration(most)}`;
}

function causes({ causes: all }: Stats): string {
  const top = all[0]?.orders ?? 0;
  if (top === 0) return 'none';
  return all
    .map(({ code, orders }) => `${bar(orders / top)} ${orders} · ${failureKind(code).sentence}`)
    .join('\n');
}

/** Inline code, so that the bars of two lines are of one width. */
function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR);
  return `\`${'█'.repeat(full)}${'░'.repeat(BAR - full)}\``;
}

function duration(seconds: number): string {
  if (seconds < 100) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
  return seconds < 6_000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
