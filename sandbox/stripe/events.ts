import { z } from 'zod';
import type { Clock } from '../../src/lib/clock.ts';
import { newId, type StripeObject, type StripeState } from './state.ts';
import template from './templates/event.json' with { type: 'json' };

/** One attempt to deliver: a status and when it came, or why there was none. */
export type StripeDelivery = {
  atMs: number;
  status: number | null;
  answeredMs?: number;
  error: string | null;
};

/** An event and how its delivery goes. `created` in seconds; `body` is frozen when the event is made, as at Stripe. */
export type EventRecord = {
  id: string;
  type: string;
  created: number;
  body: string;
  deliveries: StripeDelivery[];
  delivered: boolean;
  /** No endpoint was enabled, or none listened to its type, when it was made: it is sent to nobody, ever, and stands in no list of undelivered ones. */
  neverSent?: true;
};

export type EventLog = {
  /** Oldest first. */
  records: EventRecord[];
  /** Makes the event of a change to an object. */
  publish(type: string, object: StripeObject, previous?: Record<string, unknown>): EventRecord;
  /** Takes any body as an event. One with the id of an earlier event is that event once more. */
  adopt(rawBody: string | object): EventRecord;
};

const foreign = z.object({
  id: z.string(),
  type: z.string(),
  created: z.number().optional().catch(undefined),
  data: z
    .object({ object: z.looseObject({ id: z.string(), object: z.string() }) })
    .optional()
    .catch(undefined),
});

/** @param submit starts the delivery of an event. */
export function createEventLog(
  clock: Clock,
  state: StripeState,
  submit: (record: EventRecord) => void,
): EventLog {
  const records: EventRecord[] = [];
  const nowSeconds = () => Math.floor(clock.now() / 1000);

  function record(event: Pick<EventRecord, 'id' | 'type' | 'created' | 'body'>): EventRecord {
    const known = records.find((element) => element.id === event.id);
    const made = known ?? { ...event, deliveries: [], delivered: false };
    made.body = event.body;
    if (known === undefined) records.push(made);
    submit(made);
    return made;
  }

  return {
    records,
    publish: (type, object, previous) => {
      const created = nowSeconds();
      const data = previous === undefined ? { object } : { object, previous_attributes: previous };
      const event = { ...template, id: newId('evt'), type, created, data };
      return record({ id: event.id, type, created, body: toBody(event) });
    },
    adopt: (rawBody) => {
      const body = typeof rawBody === 'string' ? rawBody : toBody(rawBody);
      const read = foreign.safeParse(parseJson(body)).data;
      const object = read?.data?.object;
      // The API must know what its own event talks about; what it knows already may be newer.
      if (object !== undefined && !state.objects.has(object.id)) state.objects.set(object.id, object);
      return record({
        id: read?.id ?? newId('evt'),
        type: read?.type ?? '(unreadable)',
        created: read?.created ?? nowSeconds(),
        body,
      });
    },
  };
}

/** An event as the API shows it, or null for a body that is no v1 event. */
export function toApiEvent(record: EventRecord): StripeObject | null {
  const read = z
    .looseObject({ id: z.string(), object: z.literal('event') })
    .safeParse(parseJson(record.body));
  return read.success
    ? { ...read.data, pending_webhooks: record.delivered || record.neverSent ? 0 : 1 }
    : null;
}

function toBody(event: object): string {
  return JSON.stringify(event, null, 2);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
