import { type Invariant, isOpen, kindsOf, none } from './snapshot.ts';

/** P4: provisioned, or somebody knows, or it is over. */
export const paidEndsProvisionedOrTold: Invariant = (snapshot) => {
  const left = snapshot.purchases.filter((purchase) => {
    if (purchase.payment !== 'paid' || purchase.closed_at !== null) return false;
    if (isOpen(snapshot, purchase.incident_id)) return false;
    const order = snapshot.orders.find(({ id }) => id === purchase.order_id);
    const server = purchase.panel_server_id;
    return !(
      server !== null &&
      order?.status === 'provisioned' &&
      order.pterodactyl_server_id === String(server)
    );
  });
  none(
    'paid, and neither provisioned nor alerted',
    left.map(({ id, look_at, failure_code, panel_server_id, incident_id }) => ({
      id,
      look_at,
      failure_code,
      panel_server_id,
      incident_id,
    })),
  );
};

/** An event that was stored as paid is never lost. */
export const paidSalesHaveAPurchase: Invariant = ({ sales, purchases, world }) => {
  const delivered = sales.filter(({ events }) =>
    events.some(({ id, effect }) => isPaid(effect) && world.stored.has(id)),
  );
  none(
    'paid sales without a paid purchase',
    delivered
      .filter(
        ({ purchaseId }) => !purchases.some(({ id, payment }) => id === purchaseId && payment === 'paid'),
      )
      .map(({ sessionId }) => sessionId),
  );
};

const isPaid = (effect: { kind: string; facts?: { payment: string } }) => effect.facts?.payment === 'paid';

export const onePurchaseASession: Invariant = ({ purchases, orders }) => {
  const twice = (keys: (string | null)[]) =>
    keys.filter((key, index) => key !== null && keys.indexOf(key) !== index);
  none('sessions with two purchases', twice(purchases.map(({ session_id }) => session_id)));
  none('orders of two purchases', twice(purchases.map(({ order_id }) => order_id)));
  none('subscriptions with two orders', twice(orders.map(({ stripe_sub_id }) => stripe_sub_id)));
};

export const timelineAgrees: Invariant = (snapshot) => {
  none(
    'rows that their timeline does not tell',
    snapshot.purchases.flatMap((purchase) => {
      const kinds = kindsOf(snapshot, purchase.id);
      const has = (...wanted: string[]) => wanted.some((kind) => kinds.includes(kind));
      const wrong: string[] = [];
      const agree = (field: string, value: unknown, told: boolean) => {
        if ((value !== null) !== told)
          wrong.push(`${field} is ${value}, its timeline has ${kinds.join(' ')}`);
      };
      agree('provisioned_at', purchase.provisioned_at, has('created', 'adopted'));
      agree('ready_at', purchase.ready_at, has('ready'));
      if (purchase.closed_at !== null)
        agree('closed_at', purchase.closed_at, has('stopped', 'failed', 'expired', 'closed'));
      if (purchase.create_sent_at !== null)
        agree('create_sent_at', purchase.create_sent_at, has('create_sent'));
      if (kinds.filter((kind) => kind === 'created').length > 1) wrong.push('created twice');
      return wrong.map((why) => `${purchase.id}: ${why}`);
    }),
  );
};

export const oneAttemptAtATime: Invariant = ({ attempts, purchases }) => {
  const open = attempts.filter(({ ended_at }) => ended_at === null);
  none(
    'purchases with two open attempts',
    purchases.filter(({ id }) => open.filter(({ purchase_id }) => purchase_id === id).length > 1),
  );
};

export const noAttemptStaysOpen: Invariant = ({ attempts }) => {
  none(
    'attempts that never ended',
    attempts.filter(({ ended_at }) => ended_at === null),
  );
};
