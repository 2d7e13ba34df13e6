import { exitCodeOf, type Finding, type Mark, PARTS, type Part } from './finding.ts';

export const SIGNS: Record<Mark, string> = { ok: '✅', warn: '⚠️', bad: '❌', unknown: '❔' };
export const TITLES: Record<Part, string> = {
  settings: 'Settings',
  stripe: 'Stripe',
  database: 'Database',
  redis: 'Redis',
  panel: 'Panel',
  discord: 'Discord',
  'public url': 'Public URL',
  clock: 'Clock',
};

/** For people: grouped by service, the fix under what needs one. Pure. */
export function inWords(findings: Finding[]): string {
  const groups = PARTS.flatMap((part) => {
    const own = findings.filter((finding) => finding.part === part);
    return own.length === 0 ? [] : [[TITLES[part], ...own.flatMap(rowsOf)].join('\n')];
  });
  return `${groups.join('\n\n')}\n\n${summaryOf(findings)}\n`;
}

function rowsOf({ mark, check, evidence, fix }: Finding): string[] {
  const row = `  ${SIGNS[mark]} ${check}: ${evidence}`;
  return fix === undefined ? [row] : [row, `       → ${fix}`];
}

/** How many there are of each mark. Pure. */
export function summaryOf(findings: Finding[]): string {
  const count = (mark: Mark) => findings.filter((finding) => finding.mark === mark).length;
  const words: [Mark, string][] = [
    ['bad', 'wrong'],
    ['unknown', 'not known'],
    ['warn', 'to be looked at'],
    ['ok', 'in order'],
  ];
  return words.flatMap(([mark, said]) => (count(mark) > 0 ? [`${count(mark)} ${said}`] : [])).join(', ');
}

/** For machines: one document. `ok` goes with the exit code. Pure. */
export function asJson(findings: Finding[], nowMs: number): string {
  const at = new Date(nowMs).toISOString();
  return `${JSON.stringify({ ok: exitCodeOf(findings) === 0, at, findings }, null, 2)}\n`;
}
