import { TIMINGS } from '../../../src/orders/timings.ts';
import type { EventToStore } from '../../../src/store/store.ts';
import { known } from '../known.ts';
import { type Invariant, isOpen, kindsOf, none, type Purchase, type Snapshot } from './snapshot.ts';

const serversOf = ({ servers }: Snapshot, purchase: Pick<Purchase, 'order_id'>) =>
  servers.filter(({ externalId }) => externalId !== null && externalId === purchase.order_id);

export const oneServerAnOrder: Invariant = (snapshot) => {
  const several = snapshot.purchases.filter((purchase) => serversOf(snapshot, purchase).length > 1);
  none(
    'orders with more than one server',
    several.map(({ id }) => id),
  );
};

export const noServerWithoutMoney: Invariant = ({ servers, sales }) => {
  const unpaid = sales.filter(({ isPaid }) => !isPaid);
  none(
    'servers for sales that were never paid',
    servers.filter(({ externalId }) => unpaid.some(({ purchaseId }) => purchaseId === externalId)),
  );
};

/**
 * Two creates with one port would cost an order a try that it need not lose. One that a worker sends so late that its order
 * is another's by now has lost its port as well; the panel refuses it.
 */
export const onePortIsAskedForOnce: Invariant = ({ world }) => {
  const creating = [...world.panel.creating].filter(
    ({ orderId, by }) => world.fencing.holderOf(orderId) === by,
  );
  none(
    'ports asked for by two orders at once',
    creating.filter((one) =>
      creating.some((other) => other.orderId !== one.orderId && other.allocationId === one.allocationId),
    ),
  );
};

/** What is closed is not made any more, unless its create was out already. */
export const nothingIsMadeOfAClosedPurchase: Invariant = (snapshot) => {
  const { asked } = snapshot.world.panel;
  const closed = snapshot.purchases.filter(({ id, closed_at }) => {
    const kinds = kindsOf(snapshot, id);
    return closed_at !== null && kinds.lastIndexOf('create_sent') > kinds.lastIndexOf('stopped');
  });
  const undecided = snapshot.purchases.filter(({ id }) => !kindsOf(snapshot, id).includes('create_sent'));
  none(
    'closed, and a create was decided afterwards',
    closed.filter(({ id }) => kindsOf(snapshot, id).includes('stopped')).map(({ id }) => id),
  );
  none(
    'asked for at the panel before that was decided',
    undecided.filter(({ order_id }) => asked.some(({ orderId }) => orderId === order_id)).map(({ id }) => id),
  );
};

/** Money went back and a server runs: staff's to remove, so staff have to know. */
export const stoppedServerIsWarnedOf: Invariant = (snapshot) => {
  const isExcused = (id: string) =>
    (known.warningOfAStoppedServerEndsAtReady && kindsOf(snapshot, id).includes('ready')) ||
    (known.lateCreateOfAStoppedPurchaseIsUnseen && isLate(snapshot, id));
  const stopped = snapshot.purchases.filter(({ id }) => isStopped(snapshot, id) && !isExcused(id));
  none(
    'stopped, with a server, and nobody is told',
    stopped
      .filter(
        (purchase) => serversOf(snapshot, purchase).length > 0 && !isOpen(snapshot, purchase.incident_id),
      )
      .map(({ id, incident_id }) => ({ id, incident_id })),
  );
};

/** Whether a create came to the panel so long after it was decided that others may have found that there is none. */
function isLate({ world, purchases }: Snapshot, purchaseId: string): boolean {
  const order = purchases.find(({ id }) => id === purchaseId)?.order_id;
  return world.panel.asked.some(
    ({ orderId, atMs, decidedAtMs }) =>
      orderId === order && (decidedAtMs === null || atMs - decidedAtMs > TIMINGS.ghostMs),
  );
}

function isStopped({ world, sales }: Snapshot, purchaseId: string): boolean {
  const stored = sales
    .filter((sale) => sale.purchaseId === purchaseId)
    .flatMap(({ events }) =>
      [...world.stored].flatMap((id) => events.find((event) => event.id === id) ?? []),
    );
  const isPaid = ({ effect }: EventToStore) => effect.kind === 'session' && effect.facts.payment === 'paid';
  const counted = known.stopBeforeThePaymentIsForgotten ? stored.slice(stored.findIndex(isPaid)) : stored;
  return counted.some(({ effect }) => effect.kind === 'stop');
}

export const recordedServersExist: Invariant = (snapshot) => {
  const ghosts = snapshot.purchases.filter(
    (purchase) =>
      purchase.panel_server_id !== null &&
      !serversOf(snapshot, purchase).some(({ id }) => id === purchase.panel_server_id),
  );
  none(
    'recorded servers that the panel does not have under this order',
    ghosts.map(({ id, panel_server_id }) => ({ id, panel_server_id })),
  );
};
