// `npm run sandbox`: the whole product with nothing configured, and a page to watch it. `-- --once`: one good purchase, one that
// fails, and its retry, told in the terminal.
import { toError } from '../src/lib/failure.ts';
import { playOnce } from './once.ts';
import { readOptions } from './options.ts';
import { startWorld } from './world.ts';

try {
  const options = readOptions(process.argv.slice(2));
  console.log('Starting PostgreSQL, Supabase, Redis, and stand-ins of Stripe, Discord and the panel …');
  const world = await startWorld({ factor: options.factor });
  await world.bot.start();
  if (options.once) {
    const isRight = await playOnce(world);
    await world.stop();
    process.exit(isRight ? 0 : 1);
  }
  const { startPage } = await import('./page/server.ts');
  const page = await startPage(world, options.port);
  console.log(`\n  Orderly's sandbox is ready:  ${page.url}\n`);
  console.log('  Press Buy there and watch the channel; break something with a switch and buy again.');
  console.log(`  The bot's log: ${world.bot.logFile}\n  Ctrl-C ends it all.\n`);
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    console.log('Stopping …');
    await page.stop();
    await world.stop();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (thrown) {
  console.error(`orderly: ${toError(thrown).message}`);
  process.exit(1);
}
