import type { Clock } from '../lib/clock.ts';
import type { Snapshot } from '../orders/capacity.ts';
import type { PanelClient, PanelResult } from '../panel/client.ts';

/** The panel's capacity, shared by all looks of this process. */
export type Snapshots = {
  /** @param freshSinceMs what was asked for before that moment (milliseconds since the epoch) does not count. */
  take(freshSinceMs?: number): Promise<PanelResult<Snapshot>>;
};

type Deps = { panel: Pick<PanelClient, 'listNodes'>; clock: Clock; timings: { snapshotMs: number } };

/**
 * One request is the whole capacity of the panel, so whoever asks within some seconds gets the same answer; what was placed meanwhile is
 * known from the reservations. A failure is given to those who waited for it, and not kept.
 */
export function createSnapshots(deps: Deps): Snapshots {
  let kept: { askedAtMs: number; answer: Promise<PanelResult<Snapshot>> } | null = null;
  const ask = async (askedAtMs: number): Promise<PanelResult<Snapshot>> => {
    const nodes = await deps.panel.listNodes();
    return nodes.kind === 'fault' ? nodes : { ...nodes, value: { nodes: nodes.value, takenAtMs: askedAtMs } };
  };
  return {
    take: async (freshSinceMs = 0) => {
      const now = deps.clock.now();
      if (kept && kept.askedAtMs >= freshSinceMs && now - kept.askedAtMs < deps.timings.snapshotMs) {
        return kept.answer;
      }
      const own = { askedAtMs: now, answer: ask(now) };
      kept = own;
      const answer = await own.answer;
      if (answer.kind === 'fault' && kept === own) kept = null;
      return answer;
    },
  };
}
