import { SERVICE_KEY } from '../sandbox/embedded/supabase.ts';
import { WEBHOOK_SECRET, type World } from '../sandbox/world.ts';
import { createLoops } from '../src/lib/loops.ts';
import { createLog } from '../src/log.ts';
import { NOBODY } from '../src/metrics/observers.ts';
import { TIMINGS } from '../src/orders/timings.ts';
import { createPanelClient } from '../src/panel/client.ts';
import { createEngine } from '../src/provisioning/engine.ts';
import { createPanelBudget } from '../src/provisioning/panel-budget.ts';
import { createHints, startWorker } from '../src/provisioning/queue.ts';
import { type Call, createCall } from '../src/store/call.ts';
import { createStore } from '../src/store/store.ts';
import { createStripeClient } from '../src/stripe/client.ts';
import { toStore } from '../src/stripe/event-to-store.ts';
import { stripeEvent } from '../src/stripe/schemas.ts';
import { type Buyer, signedEvent } from './events.ts';

/** Milliseconds from the hint being sent to the create request at the panel, and what of it went where. */
export type Trip = { total: number; queue: number; database: number; calls: number };
export type EngineAlone = { buy(buyer: Buyer): Promise<Trip>; stop(): Promise<void> };

const PANEL_REQUESTS_PER_MINUTE = 240;
/** Taken once: what a purchase costs when it shares a snapshot with those before it. */
const SNAPSHOT_MS = 60 * 60_000;

/** Queue, engine and clients as the product has them, in this process, with the time of every part taken. One purchase at a time. */
export function startEngineAlone(world: World): EngineAlone {
  const { clock } = world;
  const timings = { ...TIMINGS, snapshotMs: SNAPSHOT_MS };
  const log = createLog('silent');
  const watch = watchTrips(world);
  const call = watch.timed(createCall({ url: world.supabase.url, serviceKey: SERVICE_KEY, clock }));
  const store = createStore({ call, timings, deadlineMs: timings.deadlineMs });
  const budget = createPanelBudget({ clock, log, store }, PANEL_REQUESTS_PER_MINUTE, 'worker');
  const apiKey = world.panel.state.keys[0]!.token;
  const panel = createPanelClient({
    url: world.panel.url,
    apiKey,
    clock,
    timeoutMs: timings.panelMs,
    budget,
  });
  const stripe = createStripeClient({ secretKey: 'sk_test_unused', apiUrl: world.stripe.url, clock });
  const shared = { observe: NOBODY, clock, timings, log, random: Math.random, holder: 'bench', store };
  const queue = { redisUrl: world.redis.url, clock, hintMs: timings.hintMs, log };
  const hints = createHints(queue);
  const engine = createEngine({ ...shared, hints, isDrained: () => false, panel, stripe, lowStock: 0 });
  const worker = startWorker({ ...queue, loops: createLoops(clock) }, (hint) =>
    watch.looked().then(() => engine.look(hint)),
  );
  return {
    buy: async (buyer) => {
      const { body } = signedEvent(WEBHOOK_SECRET, clock.now(), 'game', buyer);
      const event = toStore(stripeEvent.parse(JSON.parse(body)), body, false);
      const hint = (await store.ingest([event])).events[0]?.hint;
      if (!hint) throw new Error('the purchase made no hint');
      const trip = watch.begin();
      if (!(await hints.send(hint))) throw new Error('Redis did not take the hint');
      return trip;
    },
    stop: async () => {
      await worker.stop();
      await hints.close();
    },
  };
}

function watchTrips(world: World) {
  let trip: Trip | null = null;
  let beganMs = 0;
  let arrived = (_trip: Trip) => {};
  const sinceMs = () => performance.now() - beganMs;
  world.panel.onRequest(({ method, path, when }) => {
    if (trip === null || when !== 'before' || method !== 'POST' || !path.includes('/servers')) return;
    arrived({ ...trip, total: sinceMs() });
    trip = null;
  });
  return {
    begin: () => {
      trip = { total: 0, queue: 0, database: 0, calls: 0 };
      beganMs = performance.now();
      return new Promise<Trip>((resolve) => {
        arrived = resolve;
      });
    },
    looked: async () => {
      if (trip) trip.queue = sinceMs();
    },
    timed:
      (call: Call): Call =>
      async (...given) => {
        const startedMs = performance.now();
        try {
          return await call(...given);
        } finally {
          if (trip)
            Object.assign(trip, {
              database: trip.database + performance.now() - startedMs,
              calls: trip.calls + 1,
            });
        }
      },
  };
}
