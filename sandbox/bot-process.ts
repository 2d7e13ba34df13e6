// The bot as the sandbox runs it: the product's own `startOrderly`, with settings and clock given in ORDERLY_SANDBOX.
import { startOrderly } from '../src/app.ts';
import { type Config, readConfig } from '../src/config.ts';
import { createClock } from '../src/lib/clock.ts';
import { toError } from '../src/lib/failure.ts';
import { createLog } from '../src/log.ts';
import { TIMINGS, type Timings } from '../src/orders/timings.ts';

type Given = {
  env: Record<string, string>;
  clock: { factor: number; startMs: number; startedAtMs: number };
  timings: Partial<Timings>;
  waits: boolean;
};

// Whoever started us holds our standard input: when it is gone, so are we, and no orphan is left behind.
process.stdin.on('end', () => process.exit(1)).resume();

const given: Given = JSON.parse(process.env.ORDERLY_SANDBOX ?? '{}');
const config: Config = readConfig(given.env);
const { factor, startMs, startedAtMs } = given.clock;
try {
  const app = await startOrderly(config, {
    log: createLog(config.logLevel),
    clock: createClock(factor, startMs, startedAtMs),
    timings: { ...TIMINGS, ...given.timings },
  });
  // Whoever is refused while it serves ends, as the product does.
  app.failed.catch(quit);
  if (given.waits) await app.ready;
  console.log('orderly serves');
  process.on('SIGTERM', () => app.stop().then(() => process.exit(0)));
} catch (thrown) {
  quit(thrown);
}

function quit(thrown: unknown): never {
  console.error(toError(thrown).message);
  process.exit(1);
}
