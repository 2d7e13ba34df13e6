import type { Diagnosis } from '../../src/runbook/diagnose.ts';
import type { Report } from '../../src/runbook/report.ts';
import type { Case, Truth } from './case.ts';

export type Judged = { name: string; truth: Truth; told: string; next: string; wrong: string[] };

/** What of a report is not as the truth has it; empty when all is. */
export function judge({ name, truth }: Case, report: Report): Judged {
  if (report.kind !== 'diagnosis') {
    return { name, truth, told: report.kind, next: '', wrong: [`the report is "${report.kind}"`] };
  }
  const { diagnosis } = report;
  const told = diagnosis.cause ?? diagnosis.issue;
  return {
    name,
    truth,
    told,
    next: diagnosis.next,
    wrong: [
      ...wrongVerdict(truth, diagnosis),
      ...wrongLines(truth, diagnosis),
      ...wrongNext(truth, diagnosis),
    ],
  };
}

/** A report that could not be asked for at all. */
export function broken({ name, truth }: Case, thrown: Error): Judged {
  return { name, truth, told: 'broken', next: '', wrong: [thrown.message] };
}

function wrongVerdict(truth: Truth, diagnosis: Diagnosis): string[] {
  return (['issue', 'cause', 'action'] as const).flatMap((part) =>
    truth[part] === diagnosis[part] ? [] : [`${part} is ${diagnosis[part]}, right is ${truth[part]}`],
  );
}

/** One ❌, the verdict's own, whose evidence says it; none where nothing is to be blamed. What is wrong beside it is a ⚠️. */
function wrongLines({ cause, says }: Truth, { lines }: Diagnosis): string[] {
  const blamed = lines.filter((line) => line.mark === 'bad');
  if (cause === null) return blamed.map((line) => `blames ${line.cause}: ${line.evidence}`);
  const [only, ...more] = blamed;
  if (!only || more.length > 0) return [`${blamed.length} links are blamed, right is one`];
  if (says === undefined || only.cause !== cause || says.test(only.evidence)) return [];
  return [`the evidence is "${only.evidence}", must say ${says}`];
}

function wrongNext({ next }: Truth, diagnosis: Diagnosis): string[] {
  return next === undefined || next.test(diagnosis.next)
    ? []
    : [`next is "${diagnosis.next}", must say ${next}`];
}
