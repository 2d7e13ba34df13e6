import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runbookPage } from '../../scripts/runbook-page.ts';
import { FAILURES } from '../../src/orders/failures.ts';

it('docs/runbook.md says what the code says; if not, run npm run docs:runbook', () => {
  expect(readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8')).toBe(runbookPage());
});

it('every failure stands in the runbook once', () => {
  const named = [...runbookPage().matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
  expect(named.toSorted()).toEqual(Object.keys(FAILURES).toSorted());
});
