import type { EmbeddedPostgres } from '../../sandbox/embedded/postgres.ts';
import type { World } from '../../sandbox/world.ts';
import type { Actor } from './cast.ts';

/** What faults are done to. */
export type Stage = {
  world: World;
  server: Pick<Required<EmbeddedPostgres>, 'halt' | 'startAgain'>;
  actors: Actor[];
};
/** Breaks something; what it answers mends it again. `pick` chooses where there is a choice. */
export type Fault = (stage: Stage, pick: number) => Promise<() => unknown>;
