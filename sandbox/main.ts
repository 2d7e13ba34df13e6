// `npm run sandbox`: the whole product with nothing configured, and a page to watch it. `-- --once`: one good purchase, one that
// fails, and its retry, told in the terminal.
import { toError } from '../src/lib/failure.ts';
import { playOnce } from './once.ts';
import { readOptions } from './options.ts';
import { startWorld, type World } from './world.ts';

/** What is stopped at the end, the last one first. */
const running: { stop(): Promise<void> }[] = [];
let ending: Promise<void> | null = null;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!ending) console.log('Stopping …');
    void end(0);
  });
}

let starting: Promise<World> | null = null;
try {
  const options = readOptions(process.argv.slice(2));
  console.log('Starting PostgreSQL, Supabase, Redis, and stand-ins of Stripe, Discord and the panel …');
  starting = startWorld({ factor: options.factor });
  const world = await starting;
  running.push(world);
  if (ending) await ending;
  await world.bot.start();
  if (options.once) await end((await playOnce(world)) ? 0 : 1);
  const { startPage } = await import('./page/server.ts');
  const page = await startPage(world, options.port);
  running.push(page);
  console.log(`\n  Orderly's sandbox is ready:  ${page.url}\n`);
  console.log('  Press Buy there and watch the channel; break something with a switch and buy again.');
  console.log(`  The bot's log: ${world.bot.logFile}\n  Ctrl-C ends it all.\n`);
} catch (thrown) {
  if (!ending) console.error(`orderly: ${toError(thrown).message}`);
  await end(1);
}

/** Stops all that runs, and the process; a signal while it starts waits for the start. */
function end(code: number): Promise<void> {
  ending ??= (async () => {
    await starting?.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    for (const part of running.reverse()) await part.stop();
    process.exit(code);
  })();
  return ending;
}
