import { type Invariant, isOpen, none } from './snapshot.ts';

export const noPurchaseInAClosedIncident: Invariant = (snapshot) => {
  none(
    'purchases under a closed incident',
    snapshot.purchases
      .filter(({ incident_id }) => incident_id !== null && !isOpen(snapshot, incident_id))
      .map(({ id, incident_id }) => ({ id, incident_id })),
  );
};

/** What nobody looks at again is somebody's to know. */
export const nobodyWaitsUnseen: Invariant = (snapshot) => {
  const unseen = snapshot.purchases.filter(
    (purchase) =>
      purchase.look_at === null &&
      purchase.provisioned_at === null &&
      purchase.closed_at === null &&
      purchase.order_id !== null &&
      !isOpen(snapshot, purchase.incident_id),
  );
  none(
    'purchases that wait without a look and without an alert',
    unseen.map(({ id, failure_code, incident_id }) => ({ id, failure_code, incident_id })),
  );
};

/** P5: one cause, one ping. */
export const oneIncidentACause: Invariant = ({ incidents }) => {
  const open = incidents.filter(({ closed_at }) => closed_at === null).map(({ fingerprint }) => fingerprint);
  none(
    'causes with two open incidents',
    open.filter((fingerprint, index) => open.indexOf(fingerprint) !== index),
  );
};

export const everyIncidentHasItsMessage: Invariant = ({ incidents, messages }) => {
  none(
    'incidents without exactly one message',
    incidents
      .filter(
        ({ id }) =>
          messages.filter(({ kind, subject }) => kind === 'alert' && subject === String(id)).length !== 1,
      )
      .map(({ id, fingerprint }) => ({ id, fingerprint })),
  );
};

/** Who an incident counts, and who says to be in it, are the same. */
export const membersAgree: Invariant = ({ members, purchases }) => {
  const inside = members.filter(({ left_at }) => left_at === null);
  none(
    'purchases whose incident does not count them, or counts them twice',
    purchases.flatMap(({ id, incident_id }) => {
      const counted = inside.filter(({ purchase_id }) => purchase_id === id).map((row) => row.incident_id);
      const wanted = incident_id === null ? [] : [incident_id];
      return JSON.stringify(counted) === JSON.stringify(wanted) ? [] : [{ id, incident_id, counted }];
    }),
  );
};

export const noEmptyIncidentStaysOpen: Invariant = ({ incidents, members }) => {
  const empty = incidents.filter(({ id, closed_at }) => {
    const joined = members.filter(({ incident_id }) => incident_id === id);
    return closed_at === null && joined.length > 0 && joined.every(({ left_at }) => left_at !== null);
  });
  none(
    'open incidents that everybody has left',
    empty.map(({ id, fingerprint }) => ({ id, fingerprint })),
  );
};

/** Every event of the model is well made: none may break a rule of the database, however two of them meet. */
export const noEventIsRefused: Invariant = ({ incidents }) => {
  none(
    'events that were refused',
    incidents.filter(({ code }) => code === 'event_refused').map(({ detail }) => detail),
  );
};
