import type { ModelWorld } from '../world.ts';
import * as incidents from './incidents.ts';
import * as orders from './orders.ts';
import * as servers from './servers.ts';
import { type Invariant, none, takeSnapshot } from './snapshot.ts';

/** No function raises, no two of them lock each other out, and no look ends in a way that nobody foresaw. */
const nothingUnforeseen: Invariant = ({ world }) => none('unforeseen', world.refusals);

/** True at every moment. */
const always: Invariant[] = [
  nothingUnforeseen,
  servers.oneServerAnOrder,
  servers.noServerWithoutMoney,
  servers.onePortIsAskedForOnce,
  servers.nothingIsMadeOfAClosedPurchase,
  orders.onePurchaseASession,
  orders.paidSalesHaveAPurchase,
  orders.oneAttemptAtATime,
  orders.timelineAgrees,
  incidents.noPurchaseInAClosedIncident,
  incidents.nobodyWaitsUnseen,
  incidents.oneIncidentACause,
  incidents.everyIncidentHasItsMessage,
  incidents.membersAgree,
  incidents.noEmptyIncidentStaysOpen,
  incidents.noEventIsRefused,
];

/** True once nothing moves any more. */
const atRest: Invariant[] = [
  servers.stoppedServerIsWarnedOf,
  servers.recordedServersExist,
  orders.paidEndsProvisionedOrTold,
  orders.noAttemptStaysOpen,
];

/** @throws Error that begins with the name of what is not so. */
export async function checkInvariants(world: ModelWorld, isAtRest: boolean): Promise<void> {
  const snapshot = await takeSnapshot(world);
  for (const invariant of isAtRest ? [...always, ...atRest] : always) {
    try {
      invariant(snapshot);
    } catch (thrown) {
      throw new Error(`${invariant.name}: ${(thrown as Error).message}`, { cause: thrown });
    }
  }
}
