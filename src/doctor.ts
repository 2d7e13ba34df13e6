// `npm run doctor`: looks at every setting against the real service. `-- --json`: one JSON document. Exit code 1 when something is
// wrong or could not be found out.
import { parseArgs } from 'node:util';
import { buildDoctor, settingsOfValues } from './build-doctor.ts';
import { loadEnvFile, readLoosely } from './config.ts';
import { systemClock } from './lib/clock.ts';
import { toError } from './lib/failure.ts';
import { exitCodeOf } from './runbook/doctor/finding.ts';
import { asJson, inWords } from './runbook/doctor/report.ts';

try {
  const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  loadEnvFile();
  const { values, problems } = readLoosely(process.env);
  const findings = await buildDoctor(settingsOfValues(values, problems), systemClock)();
  const told = options.json ? asJson(findings, systemClock.now()) : inWords(findings);
  process.stdout.write(told, () => process.exit(exitCodeOf(findings)));
} catch (thrown) {
  console.error(`orderly: ${toError(thrown).message}`);
  process.exit(1);
}
