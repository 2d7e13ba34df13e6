// `npm run record-calls -- 3`: plays everything once and writes down what this version asks of the database, as the fixture of version 3.
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { startWorld } from '../../sandbox/world.ts';
import { recordCalls } from './recorder.ts';
import { playAll } from './scenario.ts';

const version = Number(process.argv[2]);
if (!Number.isInteger(version)) throw new Error('say which version this is: npm run record-calls -- 3');
const world = await startWorld({
  factor: 8,
  installMs: 500,
  timings: {
    ...{
      pagerAfterMs: 10_000,
      auditMs: 20_000,
      undeliveredMs: 5_000,
      sessionsMs: 5_000,
      slowDeliveryMs: 2_000,
    },
    ...{ snapshotMs: 500, stockMs: 60_000, recoverPaceMs: 500, resumePaceMs: 200 },
    // Only what is named in doubt is written again: a replay has no second leader.
    settleMs: 1e9,
  },
});
try {
  const recording = recordCalls(world);
  await world.bot.start();
  await playAll(world, recording.change);
  const recorded = recording.end(version);
  const called = new Set(recorded.steps.flatMap((step) => ('name' in step ? [step.name] : [])));
  const missing = Object.keys(recorded.answers).filter((name) => !called.has(name));
  const file = new URL(`../fixtures/calls/v${version}.json`, import.meta.url);
  // Which machine it ran on is nobody's business.
  const steps = recorded.steps
    .map((step) => `    ${JSON.stringify(step).replaceAll(`"${hostname()}-`, '"host-')}`)
    .join(',\n');
  const answers = JSON.stringify(recorded.answers);
  writeFileSync(
    file,
    `{\n  "version": ${version},\n  "answers": ${answers},\n  "steps": [\n${steps}\n  ]\n}\n`,
  );
  console.log(
    `${recorded.steps.length} steps, ${called.size} functions; never called: ${missing.join(', ') || 'none'}`,
  );
} finally {
  await world.stop();
}
