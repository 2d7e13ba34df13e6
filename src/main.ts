// `npm start`: production. Reads the settings, starts, stops on SIGTERM and SIGINT.
import './lib/small-heap.ts';
import { startOrderly } from './app.ts';
import { loadEnvFile, readConfig } from './config.ts';
import { toError } from './lib/failure.ts';
import { createLog } from './log.ts';

/** Longer than any call that may be under way, shorter than what a container engine waits. */
const STOP_MS = 25_000;

function quit(thrown: unknown): never {
  console.error(`orderly: ${toError(thrown).message}`);
  process.exit(1);
}

try {
  loadEnvFile();
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const app = await startOrderly(config, { log });
  app.failed.catch(quit);
  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => quit(new Error('stopping took too long')), STOP_MS).unref();
    app.stop().then(() => process.exit(0), quit);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (thrown) {
  quit(thrown);
}
