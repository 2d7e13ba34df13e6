import type { Chore, Round } from '../provisioning/chores.ts';
import type { ReconcileDeps } from './deps.ts';
import type { Tally } from './recover.ts';
import { takeSessions } from './sessions.ts';
import { takeUndelivered } from './undelivered.ts';
import { watchSender } from './watch-sender.ts';

/** What one process does so that nothing that Stripe did not deliver stays lost (P9). */
export function reconcileChores(deps: ReconcileDeps): Chore[] {
  const { undeliveredMs, sessionsMs, senderMs } = deps.timings;
  const look = (take: typeof takeSessions) => async (round: Round) => {
    const tally: Tally = await take(deps, round, await watchSender(deps));
    if (tally.taken > 0) deps.log.info(tally, 'took what Stripe had not delivered');
  };
  return [
    { name: 'sender', everyMs: senderMs, run: async () => void (await watchSender(deps)) },
    { name: 'undelivered', everyMs: undeliveredMs, run: look(takeUndelivered) },
    { name: 'sessions', everyMs: sessionsMs, run: look(takeSessions) },
  ];
}
