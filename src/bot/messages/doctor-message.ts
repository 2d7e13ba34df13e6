import type { Finding, Mark } from '../../runbook/doctor/finding.ts';
import { exitCodeOf, PARTS } from '../../runbook/doctor/finding.ts';
import { SIGNS, summaryOf, TITLES } from '../../runbook/doctor/report.ts';
import { inert } from './inert.ts';
import { line, type MessageBody, message, text } from './parts.ts';

/** What is worst comes first. */
const ORDER: Mark[] = ['bad', 'unknown', 'warn'];
/** Of the 3,900 characters of a message; the rest is the heading and what is in order. */
const MOST_TROUBLE = 3_000;
const MOST_OK = 700;

/** The findings for the person who asked, so short that they fit: what is wrong in whole, what is in order by name. Pure. */
export function doctorMessage(findings: Finding[]): MessageBody {
  const troubles = ORDER.flatMap((mark) => findings.filter((finding) => finding.mark === mark));
  const colour = exitCodeOf(findings) === 0 ? (troubles.length > 0 ? 'amber' : 'green') : 'red';
  const told = fitting(troubles.map(troubleWords), MOST_TROUBLE);
  const fine = fitting(
    PARTS.flatMap((part) => fineWords(findings.filter((one) => one.part === part))),
    MOST_OK,
  );
  return message(
    colour,
    [
      text(`### 🩺 Doctor\n${summaryOf(findings)}`),
      ...(told === '' ? [] : [text(told)]),
      ...(fine === '' ? [] : [line(), text(fine)]),
    ],
    { ephemeral: true },
  );
}

function troubleWords({ part, check, mark, evidence, fix }: Finding): string {
  const what = `${SIGNS[mark]} **${TITLES[part]}** ${check}: ${inert(evidence, 200)}`;
  return fix === undefined ? what : `${what}\n-# ${fix}`;
}

function fineWords(own: Finding[]): string[] {
  const fine = own.filter(({ mark }) => mark === 'ok');
  const [first] = fine;
  if (!first) return [];
  const names = [...new Set(fine.map(({ check }) => check))].join(', ');
  return [`${SIGNS.ok} **${TITLES[first.part]}** ${names}`];
}

/** As many as there is room for, and how many there are beside. */
function fitting(all: string[], most: number): string {
  let used = 0;
  const shown = all.filter((one) => {
    used += one.length + 1;
    return used <= most;
  });
  const left = all.length - shown.length;
  return [...shown, ...(left > 0 ? [`-# and ${left} more: \`npm run doctor\` tells all`] : [])].join('\n');
}
