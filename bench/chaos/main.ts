// `npm run chaos -- [--seed S] [--seeds K] [--purchases N] [--json] [--check]`: runs K seeds from S on, with N purchases each.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { printTable } from '../figures.ts';
import { type Outcome, runChaos } from './run.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    purchases: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
const count = z.coerce.number().int().positive();
const read = z
  .object({ seed: z.coerce.number().int().nonnegative(), seeds: count, purchases: count })
  .safeParse(values);
if (!read.success) {
  console.error(`orderly: --seed, --seeds and --purchases are whole numbers: ${z.prettifyError(read.error)}`);
  process.exit(2);
}
const { seed: first, seeds, purchases } = read.data;
const outcomes: Outcome[] = [];
for (let seed = first; seed < first + seeds; seed += 1) {
  const outcome = await runChaos(seed, purchases);
  outcomes.push(outcome);
  console.log(`seed ${seed}: ${told(outcome)}`);
  for (const { promise, what } of outcome.wrong) console.log(`  ✗ ${promise}: ${what}`);
}
const sum = (name: 'purchases' | 'servers' | 'alerts' | 'pings' | 'faults' | 'acts' | 'seconds') =>
  outcomes.reduce((total, one) => total + one[name], 0);
const wrong = outcomes.reduce((total, one) => total + one.wrong.length, 0);
printTable(`chaos: ${sum('purchases')} purchases over ${seeds} seeds in ${sum('seconds')} s`, [
  [
    'seed',
    'purchases',
    'servers',
    'open alerts',
    'pings',
    'faults',
    'acts of staff',
    'seconds',
    'promises broken',
  ],
  ...outcomes.map((one) => [
    one.seed,
    one.purchases,
    one.servers,
    one.alerts,
    one.pings,
    one.faults,
    one.acts,
    one.seconds,
    one.wrong.length,
  ]),
]);
if (values.json) {
  const figures = {
    purchases: sum('purchases'),
    servers: sum('servers'),
    alerts: sum('alerts'),
    pings: sum('pings'),
    faults: sum('faults'),
    acts: sum('acts'),
    wrong,
  };
  console.log(JSON.stringify({ chaos: figures }));
}
process.exit(values.check && wrong > 0 ? 1 : 0);

function told({ wrong: broken, seconds, folder }: Outcome): string {
  return broken.length === 0
    ? `every promise was kept (${seconds} s)`
    : `${broken.length} promises broken (${seconds} s), see ${folder}`;
}
