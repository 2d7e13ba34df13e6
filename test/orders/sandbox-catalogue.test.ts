import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { seedEggs } from '../../sandbox/panel/egg-seed.ts';
import { checkPlan } from '../../src/orders/plan-check.ts';

const sql = readFileSync(new URL('../../sandbox/catalogue.sql', import.meta.url), 'utf8');

/** The rows of the `insert into public.plans`, by its own column names. */
function plansOf(text: string): Record<string, unknown>[] {
  const [, columns = '', values = ''] =
    /insert into public\.plans \(([^)]*)\) values([^;]*);/.exec(text) ?? [];
  return values
    .trim()
    .split('\n')
    .map((line) => {
      const fields = [...line.matchAll(/'((?:[^']|'')*)'|null|-?\d+/g)].map(([whole, quoted]) =>
        quoted === undefined ? JSON.parse(whole) : quoted,
      );
      const row: Record<string, unknown> = Object.fromEntries(
        columns.split(', ').map((name, at) => [name, fields[at]]),
      );
      return { ...row, variables: JSON.parse(String(row.variables)) };
    });
}

it('the sandbox sells nothing that its own panel would refuse', () => {
  const eggs = seedEggs().eggs.map((egg) => ({ ...egg, dockerImages: Object.values(egg.dockerImages) }));
  const plans = plansOf(sql);
  expect(plans.length).toBeGreaterThan(3);
  const problems = plans.flatMap((plan) => checkPlan(plan, eggs.find(({ id }) => id === plan.egg) ?? null));
  expect(problems).toEqual([]);
});
