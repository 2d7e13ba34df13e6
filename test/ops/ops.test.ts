import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { problemsOfDashboard } from './dashboard.ts';
import { useMetrics } from './page.ts';
import { problemsOfPromql, vocabularyOf } from './promql.ts';
import { problemsOfRules } from './rules.ts';

const read = (path: string) => readFileSync(new URL(`../../ops/${path}`, import.meta.url), 'utf8');
const rules = read('prometheus/alerts.yaml');
const dashboard = read('grafana/orderly.json');
const known = vocabularyOf(await useMetrics().text());

it('Prometheus can read every alert rule, and finds on the page all that it asks for', () => {
  expect(problemsOfRules(rules, known)).toEqual([]);
  expect(rules.match(/- alert:/g)?.length).toBeGreaterThan(10);
});

it('Grafana has all that it needs of the dashboard, and each panel asks for what is on the page', () => {
  expect(problemsOfDashboard(dashboard, known)).toEqual([]);
});

it.each([
  ['a misspelt metric', 'orderly_overdue_purchases', 'orderly_overdue_purchase', 'is not on the page'],
  ['a broken expression', 'max(orderly_redis_up) == 0', 'max(orderly_redis_up == 0', "can't be read"],
  ['a label that a metric has not', 'code!="drill"', 'cause!="drill"', 'no label cause'],
  ['a value that a label has not', 'outcome="failed"', 'outcome="fialed"', 'no outcome fialed'],
  ['a group that nothing has', 'min by (region)', 'min by (node)', 'groups by node'],
  [
    'a rate of what goes up and down',
    'max(orderly_redis_up)',
    'max(rate(orderly_redis_up[5m]))',
    'only grow',
  ],
  ['a text that says a label that is gone', '{{ $labels.region }}', '{{ $labels.node }}', 'says node'],
  ['a missing description', /\n +description: Start it\..*/, '', 'description'],
  ['a severity of its own', 'severity: warning', 'severity: mild', 'severity'],
  ['two alerts of one name', 'alert: OrderlyGone', 'alert: OrderlyDown', 'two of it'],
  ['a time that is none', 'for: 1m', 'for: soon', 'for'],
])('alert rules with %s are refused', (_what, from, to, problem) => {
  const broken = rules.replace(from, to);
  expect(broken).not.toBe(rules);
  expect(problemsOfRules(broken, known).join('\n')).toContain(problem);
});

it.each([
  ['a misspelt metric', 'max(orderly_overdue_purchases{', 'max(orderly_overdue{', 'is not on the page'],
  [
    'a broken expression',
    'max(orderly_overdue_purchases{',
    'max((orderly_overdue_purchases{',
    "can't be read",
  ],
  ['a variable that is not there', 'job=\\"$job\\"', 'job=\\"$jobs\\"', 'no variable jobs'],
  ['a source that is one installation alone', `"uid": "\${datasource}"`, '"uid": "P1"', 'datasource.uid'],
  ['an id that overwrites another', '"id": null', '"id": 3', 'id:'],
  ['a panel without a unit', '"unit": "s"', '"units": "s"', 'unit'],
  ['a panel over another', '"x": 4', '"x": 3', 'lie on each other'],
])('a dashboard with %s is refused', (_what, from, to, problem) => {
  const broken = dashboard.replace(from, () => to);
  expect(broken).not.toBe(dashboard);
  expect(problemsOfDashboard(broken, known).join('\n')).toContain(problem);
});

it.each(['', '1', 'orderly_redis_up{', 'foo bar', 'sum(orderly_redis_up', '{__name__="orderly_redis_up"}'])(
  'is no question: %j',
  (expr) => {
    expect(problemsOfPromql(expr, known)).not.toEqual([]);
  },
);

it('the scrape example asks as /metrics wants to be asked, and takes the alert rules', () => {
  const schema = z.strictObject({
    rule_files: z.tuple([z.literal('alerts.yaml')]),
    scrape_configs: z.tuple([
      z.strictObject({
        // The rules and the dashboard know it by this name.
        job_name: z.literal('orderly'),
        scrape_interval: z.string(),
        scrape_timeout: z.string(),
        authorization: z.strictObject({ credentials_file: z.string() }),
        static_configs: z.array(z.strictObject({ targets: z.array(z.string()) })),
      }),
    ]),
  });
  expect(schema.safeParse(parse(read('prometheus/scrape.yaml'))).error?.issues).toBeUndefined();
});
