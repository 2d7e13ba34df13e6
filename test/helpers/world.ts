import { afterAll, beforeAll, inject } from 'vitest';
import { startWorld, type World, type WorldOptions } from '../../sandbox/world.ts';

/** A world for all tests of a file, on the run's PostgreSQL. `get()` inside a test. The bot is started unless told not to. */
export function useWorld(options: WorldOptions & { startBot?: boolean } = {}): { get(): World } {
  let world: World | null = null;
  beforeAll(async () => {
    world = await startWorld({ ...options, server: sharedPostgres() });
    if (options.startBot !== false) await world.bot.start();
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

/** The run's PostgreSQL, which nobody here stops. */
export function sharedPostgres() {
  const address = inject('postgresUrl');
  return {
    url: (database: string) => address.replace('DATABASE', database),
    template: inject('template'),
    stop: async () => {},
  };
}
