import type { CatalogueProblem } from './catalogue-problem.ts';
import { checkEggRules } from './egg-rules.ts';
import { type Plan, type PlanProblem, planIdOf, readPlan } from './plan.ts';

/** An egg as the panel has it; `rules` is a Laravel rule string. */
export type EggFacts = {
  dockerImages: string[];
  startup: string;
  variables: { envVariable: string; defaultValue: string; rules: string }[];
};

/**
 * Everything that would keep a plan from becoming a server, found before it is sold.
 *
 * @param row of `plans`, already under our names.
 * @param egg the one that the row names; null when the panel has no such egg.
 */
export function checkPlan(row: Record<string, unknown>, egg: EggFacts | null): CatalogueProblem[] {
  const subject = { kind: 'plan' as const, id: planIdOf(row) };
  return problemsOf(row, egg).map((problem) => ({ subject, ...problem }));
}

function problemsOf(row: Record<string, unknown>, egg: EggFacts | null): PlanProblem[] {
  const reading = readPlan(row);
  if (reading.kind === 'incomplete') return reading.problems;
  const { plan } = reading;
  if (egg === null) return [{ column: 'egg', message: `the panel has no egg ${plan.egg}` }];
  return [...imageProblems(plan, egg), ...startupProblems(plan, egg), ...variableProblems(plan, egg)];
}

function imageProblems({ image }: Plan, { dockerImages }: EggFacts): PlanProblem[] {
  if (dockerImages.length === 0 || dockerImages.includes(image)) return [];
  const named = shorten(dockerImages.join(', '), 160);
  return [{ column: 'image', message: `"${shorten(image, 100)}" is not among the egg's images (${named})` }];
}

function startupProblems(plan: Plan, egg: EggFacts): PlanProblem[] {
  if (plan.startup !== null || egg.startup.trim() !== '') return [];
  return [{ column: 'startup', message: 'is empty, and the egg has none' }];
}

function variableProblems({ variables }: Plan, egg: EggFacts): PlanProblem[] {
  const column = (name: string) => `variables.${shorten(name, 60)}`;
  const refused = egg.variables.flatMap(({ envVariable: name, defaultValue, rules }) => {
    const isSet = Object.hasOwn(variables, name);
    const found = checkEggRules((isSet ? variables[name] : defaultValue) ?? '', rules);
    return found.map((problem) => ({
      column: column(name),
      message: isSet ? problem : aboutDefault(problem, defaultValue),
    }));
  });
  const known = new Set(egg.variables.map(({ envVariable }) => envVariable));
  const unknown = Object.keys(variables).filter((name) => !known.has(name));
  const dropped = 'the egg has no such variable, the panel would drop it';
  return [...refused, ...unknown.map((name) => ({ column: column(name), message: dropped }))];
}

function aboutDefault(problem: string, defaultValue: string): string {
  return defaultValue.trim() === ''
    ? `${problem} and the egg has no default`
    : `is not set, and the egg's default ${problem}`;
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
