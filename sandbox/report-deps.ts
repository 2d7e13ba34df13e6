import { systemClock } from '../src/lib/clock.ts';
import { TIMINGS, type Timings } from '../src/orders/timings.ts';
import { createPanelClient } from '../src/panel/client.ts';
import type { GatherDeps } from '../src/runbook/gather.ts';
import { createCall } from '../src/store/call.ts';
import { createStore } from '../src/store/store.ts';
import { createStripeClient } from '../src/stripe/client.ts';
import type { World } from './world.ts';

/** What the bot asks for its report, made anew: the report is the same from a script. A source may take as long as in Discord. */
export function reportDepsOf(world: World, changes: Partial<Timings> = {}): GatherDeps {
  const clock = systemClock;
  const timings = { ...TIMINGS, ...changes, lookMs: 1_300 };
  return {
    clock,
    timings,
    store: createStore({
      call: createCall({ url: world.proxy.url, serviceKey: world.keys.service, clock }),
      timings,
      deadlineMs: timings.deadlineMs,
    }),
    stripe: createStripeClient({ secretKey: world.keys.stripe, apiUrl: world.stripe.url, clock }),
    panel: createPanelClient({ url: world.panel.url, apiKey: world.keys.panel, clock }),
    settings: { publicUrl: world.botUrl, livemode: false, slowDeliveryMs: timings.slowDeliveryMs },
  };
}
