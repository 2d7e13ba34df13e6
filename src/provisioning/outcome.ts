import type { Failure } from '../orders/failures.ts';
import type { PanelServer } from '../panel/types.ts';

/** How one look at an order ended. */
export type Outcome =
  | { kind: 'provisioned'; server: PanelServer; how: 'created' | 'adopted'; detail: string }
  | { kind: 'installing' }
  | { kind: 'ready'; server: PanelServer }
  | { kind: 'install_failed'; failure: Failure; install: 'failed' | 'never_finished' | null }
  | { kind: 'failed'; failure: Failure }
  /** Whether the panel made the server is not known; it is looked up again after `lookInMs`. */
  | { kind: 'unsure'; failure: Failure; lookInMs: number }
  /** A closed purchase of which the panel has nothing. */
  | { kind: 'gone' }
  | { kind: 'nothing' }
  /** The lease is somebody else's by now: nothing of ours may be written. */
  | { kind: 'stale' };

/** What a step hands to the next one, or the end of the look. */
export type Step<T> = { kind: 'go'; value: T } | { kind: 'stop'; outcome: Outcome };

export const go = <T>(value: T): Step<T> => ({ kind: 'go', value });
export const stop = (outcome: Outcome): { kind: 'stop'; outcome: Outcome } => ({ kind: 'stop', outcome });
export const fail = (failure: Failure) => stop({ kind: 'failed', failure });
