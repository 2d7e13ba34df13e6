import { parse } from 'yaml';
import { z } from 'zod';
import { labelsIn, problemsOfPromql, type Vocabulary } from './promql.ts';

const words = z.string().min(20);
const ruleSchema = z.strictObject({
  alert: z.string().regex(/^Orderly[A-Z]\w+$/),
  expr: z.string().min(1),
  for: z
    .string()
    .regex(/^\d+[smh]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({ summary: words, description: words }),
});
const rulesSchema = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string().min(1), rules: z.array(ruleSchema).min(1) })).min(1),
});

/** What is wrong with a file of alert rules; empty when Prometheus takes it, and each can go off and says what to do. */
export function problemsOfRules(text: string, known: Vocabulary): string[] {
  const read = rulesSchema.safeParse(parse(text));
  if (!read.success) return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const rules = read.data.groups.flatMap((group) => group.rules);
  const twice = rules.filter(({ alert }, index) => rules.findIndex((rule) => rule.alert === alert) !== index);
  return [
    ...twice.map(({ alert }) => `${alert}: there are two of it`),
    ...rules.flatMap((rule) => problemsOfRule(rule, known).map((problem) => `${rule.alert}: ${problem}`)),
  ];
}

function problemsOfRule({ expr, annotations }: z.infer<typeof ruleSchema>, known: Vocabulary): string[] {
  const labels = labelsIn(expr, known);
  const named = [
    ...Object.values(annotations)
      .join(' ')
      .matchAll(/\{\{ *\$labels\.(\w+) *\}\}/g),
  ].map(([, label]) => label!);
  const kept = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(/, */);
  const unknown = named.filter((label) => !labels.has(label) || (kept && !kept.includes(label)));
  return [...problemsOfPromql(expr, known), ...unknown.map((label) => `says ${label}, which it has not`)];
}
