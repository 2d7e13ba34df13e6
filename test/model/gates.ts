import type { Trace } from './trace.ts';

/** Whoever makes calls: a worker, or the site's side of the webhook and the buttons. Once dead, nothing of it goes on. */
export type Actor = { name: string; isAlive: boolean };

/**
 * Where a call may stand still. `send`: its process has not sent it yet, and no timeout runs (a stalled process).
 * `network`: sent, not arrived. `commit`: the database did the work, and nobody sees it yet. `answer`: done, and its
 * process has not read the answer.
 */
export type GateKind = 'send' | 'network' | 'commit' | 'answer';
/** `lost`: before the call, it is never made; after it, its answer never comes. `held`: it goes, and stands again on its way. */
export type Opening = 'go' | 'held' | 'lost';
export type Target = 'store' | 'panel' | 'stripe';

export type Gate = {
  actor: Actor;
  kind: GateKind;
  target: Target;
  label: string;
  sinceMs: number;
  open(how: Opening): void;
};

export type Gates = {
  /** In the order in which they were reached. */
  waiting(): Gate[];
  /** Waits until somebody opens the gate. Never comes back to a dead actor; at `signal` it is gone. */
  pass(gate: Omit<Gate, 'open' | 'sinceMs'>, signal?: AbortSignal): Promise<Opening | 'aborted'>;
  /** Ends a process: what it has sent goes on without it. */
  kill(actor: Actor): void;
};

export function createGates(trace: Trace, now: () => number): Gates {
  const gates = new Set<Gate>();
  const isOfProcess = (kind: GateKind) => kind === 'send' || kind === 'answer';
  const pass: Gates['pass'] = (about, signal) => {
    if (isOfProcess(about.kind) && !about.actor.isAlive) return new Promise(() => {});
    if (signal?.aborted) return Promise.resolve('aborted');
    return new Promise((resolve) => {
      const leave = (how: Opening | 'aborted') => {
        gates.delete(gate);
        signal?.removeEventListener('abort', onAbort);
        trace.add(`${about.actor.name} ${about.kind} ${about.label}: ${how}`);
        resolve(how);
      };
      const onAbort = () => leave('aborted');
      const gate: Gate = { ...about, sinceMs: now(), open: leave };
      gates.add(gate);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  };
  return {
    waiting: () => [...gates],
    pass,
    kill: (actor) => {
      actor.isAlive = false;
      trace.add(`${actor.name} dies`);
      for (const gate of gates) if (gate.actor === actor && isOfProcess(gate.kind)) gates.delete(gate);
    },
  };
}
