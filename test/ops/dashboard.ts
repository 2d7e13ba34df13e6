import { z } from 'zod';
import { problemsOfPromql, type Vocabulary } from './promql.ts';

const source = z.strictObject({ type: z.literal('prometheus'), uid: z.literal(`\${datasource}`) });
const place = z.strictObject({
  x: z.number().int().min(0).max(23),
  y: z.number().int().min(0),
  w: z.number().int().min(1).max(24),
  h: z.number().int().min(1),
});
const target = z.object({ refId: z.string().min(1), expr: z.string().min(1), datasource: source });
const panelSchema = z.discriminatedUnion('type', [
  z.object({ id: z.number().int(), type: z.literal('row'), title: z.string().min(1), gridPos: place }),
  z.object({
    id: z.number().int(),
    type: z.enum(['stat', 'timeseries', 'bargauge', 'table']),
    title: z.string().min(1),
    description: z.string().min(20),
    gridPos: place,
    datasource: source,
    fieldConfig: z.object({
      defaults: z.object({ unit: z.string().min(1) }).loose(),
      overrides: z.array(z.unknown()),
    }),
    options: z.object({}).loose(),
    targets: z.array(target).min(1),
  }),
]);
const variableSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('datasource'), name: z.string(), query: z.literal('prometheus') }),
  z.object({
    type: z.literal('query'),
    name: z.string(),
    datasource: source,
    query: z.object({ query: z.string(), refId: z.string() }),
  }),
]);
const dashboardSchema = z.object({
  // Grafana gives an id of its own; one that is there would overwrite another's.
  id: z.null(),
  uid: z.string().regex(/^[\w-]{1,40}$/),
  title: z.string().min(1),
  schemaVersion: z.number().int().min(36),
  refresh: z.string(),
  time: z.object({ from: z.string(), to: z.string() }),
  templating: z.object({ list: z.array(variableSchema).min(1) }),
  panels: z.array(panelSchema).min(1),
});

/** What is wrong with a dashboard; empty when Grafana has all that it needs, and each panel shows something. */
export function problemsOfDashboard(text: string, known: Vocabulary): string[] {
  const read = dashboardSchema.safeParse(JSON.parse(text));
  if (!read.success) return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const { panels, templating } = read.data;
  const problems = panels.flatMap((panel) => {
    if (panel.type === 'row') return [];
    const found = panel.targets.flatMap(({ expr }) => [
      ...problemsOfPromql(expr, known),
      ...unknownVariables(expr, templating.list),
    ]);
    return found.map((problem) => `${panel.title}: ${problem}`);
  });
  const ids = panels.map(({ id }) => id);
  if (new Set(ids).size < ids.length) problems.push('two panels have one id');
  return [...problems, ...overlaps(panels)];
}

function unknownVariables(expr: string, variables: { name: string }[]): string[] {
  const used = [...expr.matchAll(/\$\{?(\w+)\}?/g)].map(([, name]) => name!);
  return used
    .filter((name) => !name.startsWith('__') && !variables.some((one) => one.name === name))
    .map((name) => `there is no variable ${name}`);
}

function overlaps(panels: z.infer<typeof panelSchema>[]): string[] {
  return panels.flatMap((one, index) =>
    panels
      .slice(index + 1)
      .filter(({ gridPos: b }) => {
        const a = one.gridPos;
        return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
      })
      .map((other) => `${one.title} and ${other.title} lie on each other`),
  );
}
