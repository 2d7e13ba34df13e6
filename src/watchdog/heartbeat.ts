import { createSeldom } from '../lib/seldom.ts';
import { createReach, type ReachDeps } from './reach.ts';

/** `signs` names the parts of the loop that are dead; empty means that all are alive. */
export type HeartbeatDeps = ReachDeps & { signs: () => string[] };

/**
 * Calls the heartbeat address as long as the whole loop is alive. Whoever listens there raises the alarm when it stays
 * silent, so a dead process is told of as well. The first beat comes one interval after the start: a process that ends
 * sooner never beats.
 *
 * @returns stop, which ends a call that is under way.
 */
export function startHeartbeat(deps: HeartbeatDeps, url: string): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const reach = createReach(deps, 'the heartbeat address', url, stopping.signal);
  const seldom = createSeldom(deps.clock);
  const loop = async () => {
    for (;;) {
      await deps.clock.sleep(deps.timings.heartbeatMs, stopping.signal);
      if (stopping.signal.aborted) return;
      const dead = deps.signs();
      if (dead.length === 0) await reach({ method: 'GET' });
      else seldom(() => deps.log.warn({ dead }, 'the heartbeat is held back: part of the loop is dead'));
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
