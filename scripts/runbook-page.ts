import { FAILURES, type FailureClass, type FailureCode, failureKind } from '../src/orders/failures.ts';
import type { Issue } from '../src/runbook/issues.ts';
import { issueOfCause } from '../src/runbook/issues.ts';

type Part = { issue: Issue | null; title: string; symptom: string };

const PARTS: Part[] = [
  {
    issue: 'webhook_not_called',
    title: 'The webhook is not called',
    symptom: 'Stripe has the money, and Orderly has no message of the purchase.',
  },
  {
    issue: 'no_order',
    title: 'Called, but no order',
    symptom: 'Stripe called. Either it was refused, or the message is red and names no order.',
  },
  {
    issue: 'not_triggered',
    title: 'An order, but provisioning is not triggered',
    symptom: 'The order is there, and no try was ever made.',
  },
  {
    issue: 'provisioning_failed',
    title: 'Provisioning failed',
    symptom: 'Tries were made, or the server is there, and the customer can not play.',
  },
  {
    issue: 'not_known',
    title: 'Not known',
    symptom: 'What would have to be looked at can not be asked.',
  },
  {
    issue: null,
    title: 'Warnings, and what ends by itself',
    symptom: 'Nothing of it keeps a purchase from becoming a server by itself; some would, later.',
  },
];

/** What Orderly does by itself, by the class of a failure. */
const DOES: Record<FailureClass, string> = {
  transient: 'Tries again within a minute, and calls nobody before the deadline.',
  unsure: 'Looks until it is known whether a server was made. Never makes a second one.',
  outage:
    'Calls staff after the second try and parks the orders. One goes first every minute; when it gets through, all go on.',
  capacity: 'Calls staff at once, looks again every few seconds, and goes on as room appears.',
  config: 'Calls staff at once, and waits for a person.',
  bug: 'Calls staff, and waits for a person.',
};
const ASKS = 'Warns, asks Stripe by itself every few minutes, and takes what was not delivered.';

/** The runbook as a page, from the same tables as the verdicts of Inspect: it can't say anything else. */
export function runbookPage(): string {
  const codes = Object.keys(FAILURES) as FailureCode[];
  const parts = PARTS.map((part) =>
    sectionOf(
      part,
      codes.filter((code) => issueOfCause(code) === part.issue),
    ),
  );
  return `${HEAD}\n${parts.join('\n')}`;
}

const HEAD = `# Runbook

\`/inspect\` with any id, e-mail or server name walks this for one purchase: one verdict, one next action. \`npm run inspect -- X\`
does the same in a terminal. This page is written from the tables of the code by \`npm run docs:runbook\`; change it there.
`;

function sectionOf({ title, symptom, issue }: Part, codes: FailureCode[]): string {
  const rows = codes.map((code) => {
    const { sentence, next } = failureKind(code);
    return `| \`${code}\` | ${cell(sentence)} | ${cell(doesOf(code, issue))} | ${cell(next)} |`;
  });
  const head = '| Verdict | What it means | What Orderly does | What you do |\n| --- | --- | --- | --- |';
  return `## ${title}\n\n**Symptom:** ${symptom}\n\n${head}\n${rows.join('\n')}\n`;
}

function doesOf(code: FailureCode, issue: Issue | null): string {
  const { scope, class: kind } = failureKind(code);
  const isOfDelivery = issue === 'webhook_not_called' || (issue === 'no_order' && scope === 'deployment');
  return isOfDelivery ? ASKS : DOES[kind];
}

const cell = (text: string) => text.replaceAll('|', '\\|');
