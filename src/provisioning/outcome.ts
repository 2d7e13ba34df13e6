import type { Failure } from '../orders/failures.ts';
import type { PanelFault, PanelServer } from '../panel/types.ts';
import { failureOfPanel } from './panel-failure.ts';

/** How one look at an order ended. */
export type Outcome =
  | { kind: 'provisioned'; server: PanelServer; how: 'created' | 'adopted'; detail: string }
  | { kind: 'failed'; failure: Failure }
  /** Whether the panel made the server is not known; it is looked up again after `lookInMs`. */
  | { kind: 'unsure'; failure: Failure; lookInMs: number }
  /** It was not its turn: nothing was tried. `pauseId` names the pause of a node; `paused`: staff hold it back. */
  | { kind: 'wait'; failure: Failure | null; lookInMs: number; paused?: true; pauseId?: number }
  /** The money went back, or the subscription ended, before a server was made. */
  | { kind: 'stopped'; reason: string }
  /** A closed purchase of which the panel has nothing. */
  | { kind: 'gone' }
  /** It was closed while it was looked at. */
  | { kind: 'closed' }
  /** The install was told to run again. */
  | { kind: 'reinstalling' }
  /** Its install ended meanwhile: there is nothing to reinstall. */
  | { kind: 'ready'; server: PanelServer }
  /** It has its server: its install is watched elsewhere. */
  | { kind: 'nothing' }
  /** The lease is somebody else's by now: nothing of ours may be written. */
  | { kind: 'stale' };

/** What a step hands to the next one, or the end of the look. */
export type Step<T> = { kind: 'go'; value: T } | Stop;
type Stop = { kind: 'stop'; outcome: Outcome };

export const go = <T>(value: T): Step<T> => ({ kind: 'go', value });
export const stop = (outcome: Outcome): Stop => ({ kind: 'stop', outcome });
export const fail = (failure: Failure) => stop({ kind: 'failed', failure });

/** A failed call of the panel, as the end of the look; one that was held back is no failure. */
export function failOfPanel(fault: PanelFault, nodeId?: number): Stop {
  const failure = failureOfPanel(fault, nodeId);
  if (fault.kind !== 'held') return fail(failure);
  return stop({ kind: 'wait', failure, lookInMs: fault.retryAfterMs ?? 1_000 });
}
