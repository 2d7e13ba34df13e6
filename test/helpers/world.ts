import { afterAll, beforeAll, inject } from 'vitest';
import { startWorld, until, type World, type WorldOptions } from '../../sandbox/world.ts';

type Options = WorldOptions & {
  /** False: a test starts the bot. */
  startBot?: boolean;
  /** True: a pager is set, which asks the database twice in every sweep. */
  hasPager?: boolean;
  /** True: nobody but the tests looks for what Stripe did not deliver, or at how it is set up. */
  isStripeQuiet?: boolean;
};
const NEVER = { undeliveredMs: 1e9, sessionsMs: 1e9, senderMs: 1e9 };

/** A world for all tests of a file, on the run's PostgreSQL. `get()` inside a test. */
export function useWorld({
  startBot = true,
  hasPager = false,
  isStripeQuiet = false,
  ...options
}: Options = {}): {
  get(): World;
} {
  let world: World | null = null;
  beforeAll(async () => {
    const timings = { ...options.timings, ...(isStripeQuiet ? NEVER : {}) };
    const env = { ...(hasPager ? {} : { PAGER_URL: '' }), ...options.env };
    world = await startWorld({ ...options, env, timings, server: sharedPostgres() });
    if (startBot) await world.bot.start();
    if (startBot && isStripeQuiet) await firstLooksOver(world);
  });
  afterAll(async () => {
    await world?.stop();
  });
  return {
    get: () => {
      if (!world) throw new Error('the world is there only inside a test');
      return world;
    },
  };
}

/** Each look at Stripe is made once at the start, however seldom it comes. */
async function firstLooksOver(world: World): Promise<void> {
  await until('the first looks at Stripe are over', async () => {
    const checks = await world.database`select from orderly_checks where name in ('sender', 'sessions')`;
    const isListed = world.stripe.requests.some(({ path }) => /\/events\b/.test(path));
    return checks.length === 2 && isListed;
  });
}

/** The run's PostgreSQL, which nobody here stops. */
export function sharedPostgres() {
  const address = inject('postgresUrl');
  return {
    url: (database: string) => address.replace('DATABASE', database),
    template: inject('template'),
    stop: async () => {},
  };
}
