import type { Clock } from '../../src/lib/clock.ts';
import { createActivity } from './activity.ts';
import { OLD_VERSION } from './api.ts';
import type { EventRecord, StripeDelivery } from './events.ts';
import { post } from './post.ts';
import { signDelivery } from './sign.ts';
import type { StripeFaults } from './switches.ts';

/** Sends events to the endpoint until it takes them, as Stripe does: each 2xx counts, everything else is tried again. */
export type Deliverer = {
  /** Begins to deliver and returns at once. */
  submit(record: EventRecord): void;
  /** One more attempt now, as by "Resend" in the Dashboard: the status, or null without an answer or endpoint. */
  redeliver(record: EventRecord): Promise<number | null>;
  /** Resolves when no attempt is under way; waiting for a retry's time is not an attempt. */
  idle(): Promise<void>;
  /** Ends the attempts under way and all retries. */
  stop(): Promise<void>;
};

export type DelivererDeps = {
  clock: Clock;
  webhookSecret: string;
  endpointUrl: () => string | null;
  /** The waits before the second, third … attempt. */
  retryScheduleMs: readonly number[];
  faults: StripeFaults;
};

const TIMEOUT_MS = 10_000;
const REORDER_MS = 3_000;

export function createDeliverer(deps: DelivererDeps): Deliverer {
  const { clock, faults } = deps;
  const stopping = new AbortController();
  const activity = createActivity();
  const held: EventRecord[] = [];
  let release = new AbortController();

  async function attempt(record: EventRecord): Promise<number | null> {
    if (faults.dropFirstDelivery && record.deliveries.length === 0) {
      record.deliveries.push({ atMs: clock.now(), status: null, error: 'lost on the way' });
      return null;
    }
    const copies = Array.from({ length: Math.max(1, faults.duplicateDeliveries) });
    const statuses = await Promise.all(copies.map(() => sendOnce(deps, record, stopping.signal)));
    if (faults.endpointTwice) await sendOfTheOther(deps, record, stopping.signal);
    return statuses[0] ?? null;
  }

  async function retry(record: EventRecord): Promise<void> {
    for (const waitMs of deps.retryScheduleMs) {
      if (record.delivered) return;
      await clock.sleep(waitMs, stopping.signal);
      const isOff = faults.deliveryPaused || faults.endpointGone;
      if (stopping.signal.aborted || isOff || record.delivered) return;
      await activity.during(attempt(record));
    }
  }

  async function deliver(record: EventRecord): Promise<void> {
    await activity.during(attempt(record));
    void retry(record);
  }

  async function releaseHeld(): Promise<void> {
    for (const record of held.splice(0).reverse()) await deliver(record);
  }

  function hold(record: EventRecord): void {
    held.push(record);
    if (held.length > 1) {
      release.abort();
      return;
    }
    release = new AbortController();
    const isOver = AbortSignal.any([release.signal, stopping.signal]);
    void activity.during(clock.sleep(REORDER_MS, isOver).then(releaseHeld));
  }

  return {
    submit: (record) => {
      const isUnheard = faults.endpointFewEvents && record.type !== 'checkout.session.completed';
      if (faults.deliveryPaused || faults.endpointGone || isUnheard) record.neverSent = true;
      if (stopping.signal.aborted || record.neverSent) return;
      if (faults.reorder) hold(record);
      else void deliver(record);
    },
    redeliver: async (record) => (faults.deliveryPaused ? null : activity.during(attempt(record))),
    idle: activity.idle,
    stop: () => {
      stopping.abort();
      return activity.idle();
    },
  };
}

async function sendOnce(
  deps: DelivererDeps,
  record: EventRecord,
  stopping: AbortSignal,
): Promise<number | null> {
  const { clock } = deps;
  const configured = deps.endpointUrl();
  const url = configured === null ? null : `${configured}${deps.faults.endpointTypo ? 's' : ''}`;
  const delivery: StripeDelivery = { atMs: clock.now(), status: null, error: null };
  record.deliveries.push(delivery);
  if (url === null || deps.faults.firewalled) {
    delivery.error = url === null ? 'there is no endpoint' : 'no answer in time';
    return null;
  }
  const sent = rendered(record, deps.faults);
  const { headers, body } = signDelivery(sent, deps.webhookSecret, deps.faults, clock.now());
  const signal = AbortSignal.any([stopping, clock.timeout(TIMEOUT_MS)]);
  Object.assign(delivery, await post(url, headers, body, signal), { answeredMs: clock.now() });
  if (delivery.status !== null && delivery.status >= 200 && delivery.status < 300) record.delivered = true;
  return delivery.status;
}

/** What a second endpoint sends to the same URL: the same event, signed with its own secret. Its answers count for nothing here. */
async function sendOfTheOther(
  deps: DelivererDeps,
  record: EventRecord,
  stopping: AbortSignal,
): Promise<void> {
  const url = deps.endpointUrl();
  if (url === null) return;
  const { clock, faults } = deps;
  const { headers, body } = signDelivery(record.body, 'whsec_of_the_other_endpoint', faults, clock.now());
  await post(url, headers, body, AbortSignal.any([stopping, clock.timeout(TIMEOUT_MS)]));
}

function rendered({ id, body }: EventRecord, faults: StripeFaults): string {
  if (faults.thinPayloads) return JSON.stringify({ id, object: 'v2.core.event', type: 'v1.event' }, null, 2);
  const inMode = faults.otherMode ? body.replaceAll(/"livemode": false/g, '"livemode": true') : body;
  return faults.endpointOldVersion ? inOldVersion(inMode) : inMode;
}

function inOldVersion(body: string): string {
  return body.replace(/"api_version": ?"[^"]+"/, `"api_version": "${OLD_VERSION}"`);
}
