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
    return closed_at !== null && kinds.lastIndexOf('create_sent') > lastOf(kinds, ['stopped', 'closed']);
  });
  const undecided = snapshot.purchases.filter(({ id }) => !kindsOf(snapshot, id).includes('create_sent'));
  none(
    'closed, and a create was decided afterwards',
    closed.filter(({ id }) => lastOf(kindsOf(snapshot, id), ['stopped', 'closed']) >= 0).map(({ id }) => id),
  );
  none(
    'asked for at the panel before that was decided',
    undecided.filter(({ order_id }) => asked.some(({ orderId }) => orderId === order_id)).map(({ id }) => id),
  );
};

function lastOf(kinds: string[], wanted: string[]): number {
  return kinds.findLastIndex((kind) => wanted.includes(kind));
}

/** Money went back and a server runs: staff's to remove, so staff have to know. */
export const stoppedServerIsWarnedOf: Invariant = (snapshot) => {
  // Staff who close it afterwards have seen it.
  const isSeen = (id: string) => {
    const kinds = kindsOf(snapshot, id);
    return kinds.lastIndexOf('closed') > kinds.lastIndexOf('stopped');
  };
  const stopped = snapshot.purchases.filter(({ id }) => isStopped(snapshot, id) && !isSeen(id));
  none(
    'stopped, with a server, and nobody is told',
    stopped
      .filter(
        (purchase) => serversOf(snapshot, purchase).length > 0 && !isOpen(snapshot, purchase.incident_id),
      )
      .map(({ id, incident_id }) => ({ id, incident_id })),
  );
};

function isStopped({ world, sales }: Snapshot, purchaseId: string): boolean {
  const stored = sales
    .filter((sale) => sale.purchaseId === purchaseId)
    .flatMap(({ events }) => events.filter(({ id }) => world.stored.has(id)));
  return stored.some(({ effect }) => effect.kind === 'stop');
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
