// `npm test`: format, lint, types, then every test on embedded parts. Ends with "N passed, N failed", counted from the report.
import { spawnSync } from 'node:child_process';
import { runTests } from './run-tests.ts';

const filters = process.argv.slice(2);
const checks: [name: string, command: string, args: string[]][] = [
  ['format and lint', 'biome', ['check', '.']],
  ['types', 'tsc', ['--noEmit']],
];
let passed = 0;
let failed = 0;
for (const [name, command, args] of filters.length > 0 ? [] : checks) {
  console.log(`\n— ${name}`);
  if (spawnSync(command, args, { stdio: 'inherit' }).status === 0) passed += 1;
  else failed += 1;
}
console.log('\n— tests');
const tests = runTests(filters);
console.log(`\n${passed + tests.passed} passed, ${failed + tests.failed} failed`);
process.exit(failed + tests.failed > 0 ? 1 : 0);
