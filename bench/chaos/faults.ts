import type { Fault } from './fault.ts';
import { DATABASE_FAULTS } from './faults-database.ts';
import { PROCESS_FAULTS } from './faults-processes.ts';
import { REDIS_FAULTS } from './faults-redis.ts';
import { SWITCH_FAULTS } from './faults-switches.ts';

/** Everything that the monkey can do, by name. */
export const FAULTS: Record<string, Fault> = {
  ...SWITCH_FAULTS,
  ...DATABASE_FAULTS,
  ...REDIS_FAULTS,
  ...PROCESS_FAULTS,
};
export type FaultName = string;

/** Which come more often than others of their kind. */
const OFTEN: [pattern: RegExp, times: number][] = [
  [/^process: (kill -9|stands still)$/, 4],
  [/answers are lost|nearly full/, 3],
  [/cutAfterCreate|wings|answerLostOnce|gatewayDrop|duplicateDeliveries|reorder/, 4],
];

/** The names of a kind's faults, those that come more often several times. */
export const namesOf = (kind: string): FaultName[] =>
  Object.keys(FAULTS)
    .filter((name) => name.startsWith(`${kind}:`))
    .flatMap((name) =>
      Array.from({ length: OFTEN.find(([pattern]) => pattern.test(name))?.[1] ?? 1 }, () => name),
    );
