import type { FailureCode } from '../orders/failures.ts';
import type { Facts } from './facts.ts';

/**
 * `ok` and `bad` rest on evidence; `unknown` could not be looked at; `later` has not come to it yet, or does not concern this
 * purchase. A check says `bad` of all that is wrong; in a diagnosis only the verdict's own link is `bad`, and what is wrong beside it is a
 * `warn`.
 */
export type Mark = 'ok' | 'bad' | 'warn' | 'unknown' | 'later';

export type Outcome = {
  mark: Mark;
  /** What was seen: an id, a status with its time, a number. */
  evidence: string;
  /** For `bad`: which failure it is, whose sentence and next action the table of failures has. */
  cause?: FailureCode;
};

/** What a link came to, as it is shown. */
export type Line = Outcome & { id: string; title: string };

/** One link of the chain from the payment to a server that runs. Pure. */
export type Check = { id: string; title: string; look: (facts: Facts) => Outcome };

export const ok = (evidence: string): Outcome => ({ mark: 'ok', evidence });
export const bad = (cause: FailureCode, evidence: string): Outcome => ({ mark: 'bad', cause, evidence });
export const unknown = (evidence: string): Outcome => ({ mark: 'unknown', evidence });
/** What a link says that nothing has reached. */
export const NOT_YET = 'not come to this yet';
export const later = (evidence = NOT_YET): Outcome => ({ mark: 'later', evidence });
