import type { Chore, Round } from '../provisioning/chores.ts';
import type { ReconcileDeps } from './deps.ts';
import type { FoundAs } from './sender-findings.ts';
import { takeSessions } from './sessions.ts';
import { takeUndelivered } from './undelivered.ts';
import { watchSender } from './watch-sender.ts';

/** Done by one process at a time, also by hand: Stripe is asked at one pace. */
export const RECOVERY = 'recovery';

/** One way of looking for what was not delivered, and when it is due again, in milliseconds of the clock. */
type Look = { as: FoundAs; take: typeof takeSessions; everyMs: number; nextMs: number };

/**
 * What one process does so that nothing that Stripe did not deliver stays lost (P9). One look comes after the other: a backlog that stands
 * in both lists is worked off once, at one pace.
 */
export function reconcileChores(deps: ReconcileDeps): Chore[] {
  const { undeliveredMs, sessionsMs, senderMs } = deps.timings;
  const looks: Look[] = [
    { as: 'undelivered', take: takeUndelivered, everyMs: undeliveredMs, nextMs: 0 },
    { as: 'unheard', take: takeSessions, everyMs: sessionsMs, nextMs: 0 },
  ];
  return [
    { name: 'sender', everyMs: senderMs, run: async () => void (await watchSender(deps)) },
    {
      name: RECOVERY,
      everyMs: Math.min(undeliveredMs, sessionsMs),
      run: (round) => lookForAll(deps, looks, round),
    },
  ];
}

/** A look that failed is due at once again, and keeps no other from its turn: a key may lack the right for one list alone. */
async function lookForAll(deps: ReconcileDeps, looks: Look[], round: Round): Promise<void> {
  const failures: unknown[] = [];
  for (const look of looks.filter(({ nextMs }) => deps.clock.now() >= nextMs)) {
    if (round.stopping.aborted || !(await round.keep())) break;
    try {
      const why = await watchSender(deps);
      const tally = await look.take(deps, round, why(look.as));
      look.nextMs = deps.clock.now() + look.everyMs;
      if (tally.taken > 0) deps.log.info(tally, 'took what Stripe had not delivered');
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  if (failures.length > 0) throw failures[0];
}
