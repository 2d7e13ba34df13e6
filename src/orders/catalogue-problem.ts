/**
 * Something in the catalogue that would keep a purchase from becoming a server. `id` is that of the row of `plans` or
 * `ptero_nodes`, or the region's name; `column` is the one to mend, or one variable of it: `variables.MAX_PLAYERS`.
 */
export type CatalogueProblem = {
  subject: { kind: 'plan' | 'node' | 'region'; id: string };
  column: string;
  message: string;
};

const MAX_LINE = 400;
/** What is left for "and 12345 more". */
const MORE_LENGTH = 16;

/** The problems of one subject as one line of at most 400 characters; empty when there are none. */
export function foldProblems(problems: CatalogueProblem[]): string {
  const [first] = problems;
  if (!first) return '';
  const said = problems.map((problem) =>
    `${separatorOf(problem)}${problem.message}`.replaceAll(/\p{Cc}+/gu, ' '),
  );
  const whole = `${nameOf(first.subject)}${said.join(';')}`;
  if (whole.length <= MAX_LINE) return whole;
  const room = MAX_LINE - MORE_LENGTH;
  let line = `${nameOf(first.subject)}${said[0]}`;
  if (line.length > room) line = `${line.slice(0, room - 1)}…`;
  let shown = 1;
  for (; shown < said.length; shown++) {
    if (`${line};${said[shown]}`.length > room) break;
    line = `${line};${said[shown]}`;
  }
  return shown === said.length ? line : `${line} and ${said.length - shown} more`;
}

/** A region is no row, so no column of it can be named. */
function separatorOf({ subject, column }: CatalogueProblem): string {
  return subject.kind === 'region' ? ' ' : ` ${column}: `;
}

function nameOf({ kind, id }: CatalogueProblem['subject']): string {
  const short = id.length > 80 ? `${id.slice(0, 79)}…` : id;
  if (kind === 'plan') return `plans "${short}":`;
  return kind === 'node' ? `ptero_nodes ${short}:` : `region "${short}"`;
}
