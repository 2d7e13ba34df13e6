// `npm run fuzz -- --seed S --runs N`: N hostile inputs to every way in. Exits 1 when one of them gets away with something.
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string', default: '100000' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(values.runs);
if (!Number.isInteger(seed) || !Number.isInteger(runs) || runs < 1) {
  console.error('fuzz: --seed and --runs are whole numbers');
  process.exit(2);
}
console.log(`seed ${seed}`);
let total = 0;
let bad = 0;
for await (const { name, runs: count, wrong, note } of fuzz(seed, runs)) {
  total += count;
  bad += wrong === null ? 0 : 1;
  console.log(
    `${wrong === null ? 'ok ' : 'BAD'} ${String(count).padStart(7)}  ${name}${note ? `  ${note}` : ''}`,
  );
  if (wrong !== null) console.log(wrong);
}
console.log(`${total} inputs, ${bad} kinds of them bad`);
process.exit(bad === 0 ? 0 : 1);
