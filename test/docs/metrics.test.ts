import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { METRICS } from '../../src/metrics/definitions.ts';
import { STAGES } from '../../src/orders/stages.ts';
import { EVENT_OUTCOMES } from '../../src/webhook/deps.ts';
import { samplesOf } from '../helpers/metrics.ts';
import { useMetrics } from '../ops/page.ts';

const text = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(/^\| `(orderly_\w+)` \| (.+?) \| (.*?) \| (.+) \|$/gm)].map(
  ([, name, kind, labels, tells]) => ({
    name: name!,
    type: kind!.split(', ')[0]!,
    unit: kind!.split(', ')[1] ?? null,
    labels: [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label!),
    tells: tells!,
  }),
);

it('docs/metrics.md has a row for each metric, with its type, unit and labels', () => {
  const wanted = Object.entries(METRICS).map(([name, { type, labels }]) => ({
    name,
    type,
    labels: [...labels],
  }));
  const found = rows.map(({ name, type, labels }) => ({ name, type, labels }));
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  expect(found.toSorted(byName)).toEqual(wanted.toSorted(byName));
  for (const { name, unit } of rows)
    expect([name, unit?.startsWith('seconds') ?? false]).toEqual([name, name.endsWith('_seconds')]);
});

it('the page has these metrics, of these types and with these labels, and no other of ours', async () => {
  const page = await useMetrics().text();
  const types = Object.fromEntries(
    [...page.matchAll(/^# TYPE (orderly_\w+) (\w+)$/gm)].map(([, name, type]) => [name!, type!]),
  );
  expect(types).toEqual(Object.fromEntries(rows.map(({ name, type }) => [name, type])));
  for (const { name, labels } of samplesOf(page).filter((sample) => sample.name.startsWith('orderly_'))) {
    const row = rows.find((one) =>
      [one.name, ...['bucket', 'sum', 'count'].map((end) => `${one.name}_${end}`)].includes(name),
    );
    const own = Object.keys(labels).filter((label) => label !== 'le');
    expect([name, own.toSorted()]).toEqual([name, row?.labels.toSorted()]);
  }
});

it('it says every value of the labels that have few', () => {
  const tellsOf = (name: string) => rows.find((row) => row.name === name)?.tells;
  for (const stage of STAGES) expect(tellsOf('orderly_purchase_stage_seconds')).toContain(`\`${stage}\``);
  for (const outcome of EVENT_OUTCOMES) expect(tellsOf('orderly_events_total')).toContain(`\`${outcome}\``);
});
