import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { samplesOf } from '../helpers/metrics.ts';

/** What a page of /metrics has: each series' labels with the values that were seen, and whether it only grows. */
export type Vocabulary = Map<string, { labels: Map<string, Set<string>>; isCounter: boolean }>;

/** Labels that Prometheus itself adds to all that it reads. */
const ADDED = ['job', 'instance'];
const OVER_TIME = ['Rate', 'Increase', 'Irate'];

export function vocabularyOf(page: string): Vocabulary {
  const types = new Map([...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!]));
  const known: Vocabulary = new Map([['up', { labels: labelsOf({}), isCounter: false }]]);
  for (const { name, labels } of samplesOf(page)) {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    const isCounter = types.get(name) === 'counter' || types.get(base) === 'histogram';
    const one = known.get(name) ?? { labels: labelsOf({}), isCounter };
    known.set(name, one);
    for (const [key, value] of Object.entries(labels))
      one.labels.set(key, (one.labels.get(key) ?? new Set()).add(value));
  }
  return known;
}

const labelsOf = (labels: Record<string, string[]>) =>
  new Map(
    [...ADDED.map((name) => [name, []] as const), ...Object.entries(labels)].map(([name, values]) => [
      name,
      new Set<string>(values),
    ]),
  );

/** What is wrong with an expression; empty when Prometheus can read it and everything in it is on the page. */
export function problemsOfPromql(written: string, known: Vocabulary): string[] {
  // Grafana puts its own words in before Prometheus sees them.
  const text = written
    .replaceAll(/\$__(rate_interval|range|interval)/g, '5m')
    .replaceAll(/\$\{?(\w+)\}?/g, '$1');
  const problems: string[] = [];
  const of = (node: SyntaxNode) => text.slice(node.from, node.to);
  const names = new Set<string>();
  const grouped: string[] = [];
  parser.parse(text).iterate({
    enter: ({ node }) => {
      if (node.type.isError) problems.push(`can't be read at ${node.from}`);
      if (node.name === 'VectorSelector') problems.push(...problemsOfSelector(node, of, known, names));
      if (node.name === 'LabelName' && node.parent?.name === 'GroupingLabels') grouped.push(of(node));
    },
  });
  const there = new Set([...names].flatMap((name) => [...(known.get(name)?.labels.keys() ?? [])]));
  for (const label of grouped)
    if (!there.has(label)) problems.push(`groups by ${label}, which nothing in it has`);
  if (names.size === 0 && problems.length === 0) problems.push('asks for nothing');
  return problems;
}

/** The labels of everything that an expression asks for. */
export function labelsIn(text: string, known: Vocabulary): Set<string> {
  const found = [...known].filter(([name]) => new RegExp(`\\b${name}\\b`).test(text));
  return new Set(found.flatMap(([, { labels }]) => [...labels.keys()]));
}

function problemsOfSelector(
  node: SyntaxNode,
  of: (node: SyntaxNode) => string,
  known: Vocabulary,
  names: Set<string>,
): string[] {
  const identifier = node.getChild('Identifier');
  if (!identifier) return ['a selector without a name'];
  const name = of(identifier);
  const series = known.get(name);
  if (!series) return [`${name} is not on the page`];
  names.add(name);
  const isOverTime = node.parent?.name === 'MatrixSelector' && OVER_TIME.includes(functionOf(node));
  const problems =
    isOverTime && !series.isCounter ? [`${name} does not only grow: no ${functionOf(node)} of it`] : [];
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  for (const matcher of matchers) {
    const label = of(matcher.getChild('LabelName')!);
    const values = series.labels.get(label);
    if (!values) problems.push(`${name} has no label ${label}`);
    else if (!ADDED.includes(label)) problems.push(...problemsOfMatcher(matcher, of, name, label, values));
  }
  return problems;
}

/** The function around the range that a selector is in. */
function functionOf(node: SyntaxNode): string {
  const call = node.parent?.parent?.parent;
  return call?.getChild('FunctionIdentifier')?.firstChild?.name ?? '';
}

/** What is asked for has to be there in what a healthy Orderly says, or nobody would see that it is misspelt. */
function problemsOfMatcher(
  matcher: SyntaxNode,
  of: (node: SyntaxNode) => string,
  name: string,
  label: string,
  values: Set<string>,
): string[] {
  const wanted = of(matcher.getChild('StringLiteral')!).slice(1, -1);
  const operator = of(matcher.getChild('MatchOp')!);
  // What is left out need not be there.
  if (operator.startsWith('!')) return [];
  const missing = (operator === '=~' ? wanted.split('|') : [wanted]).filter((value) => !values.has(value));
  return missing.map((value) => `${name} has no ${label} ${value}`);
}
