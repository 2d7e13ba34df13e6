// `npm run bench -- [NAME …] [--json] [--check]`: prints tables for people; --json adds one line of figures last, --check exits 1
// when an aim is missed. Without names it runs all but soak, which takes twenty minutes.
import { parseArgs } from 'node:util';
import type { Found } from './figures.ts';
import { footprint } from './footprint.ts';
import { groupCommit } from './group-commit.ts';
import { growth } from './growth.ts';
import { ingest } from './ingest.ts';
import { latency } from './latency.ts';
import { overhead } from './overhead.ts';
import { panelRequests } from './panel-requests.ts';
import { soak } from './soak.ts';
import { storm } from './storm.ts';

const BENCHMARKS: Record<string, () => Promise<Found>> = {
  footprint,
  'group-commit': groupCommit,
  growth,
  ingest,
  latency,
  overhead,
  'panel-requests': panelRequests,
  soak,
  storm,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
});
const names =
  positionals.length > 0 ? positionals : Object.keys(BENCHMARKS).filter((name) => name !== 'soak');
const unknown = names.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0) {
  console.error(
    `orderly: no benchmark ${unknown.join(', ')}; there are: ${Object.keys(BENCHMARKS).join(', ')}`,
  );
  process.exit(2);
}
const found: Record<string, Found> = {};
for (const name of names) found[name] = await BENCHMARKS[name]!();
const missed = Object.values(found).flatMap((result) => result.missed);
for (const aim of missed) console.log(`missed: ${aim}`);
if (values.json) {
  console.log(
    JSON.stringify(Object.fromEntries(Object.entries(found).map(([name, { figures }]) => [name, figures]))),
  );
}
process.exit(values.check && missed.length > 0 ? 1 : 0);
