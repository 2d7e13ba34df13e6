// The webhook alone, for the benchmark of group commit: ORDERLY_BENCH has where its parts are and how many events share a call.
import { systemClock } from '../src/lib/clock.ts';
import { createLog } from '../src/log.ts';
import { NOBODY } from '../src/metrics/observers.ts';
import { TIMINGS } from '../src/orders/timings.ts';
import { createHints } from '../src/provisioning/queue.ts';
import { createCall } from '../src/store/call.ts';
import { createStore } from '../src/store/store.ts';
import { createUnkept } from '../src/webhook/refusals.ts';
import { buildServer } from '../src/webhook/server.ts';

type Given = {
  port: number;
  supabaseUrl: string;
  serviceKey: string;
  redisUrl: string;
  webhookSecret: string;
  eventsPerCall?: number;
};

const given: Given = JSON.parse(process.env.ORDERLY_BENCH ?? '{}');
const clock = systemClock;
const log = createLog('warn');
const store = createStore({
  call: createCall({ url: given.supabaseUrl, serviceKey: given.serviceKey, clock }),
  timings: TIMINGS,
  deadlineMs: TIMINGS.deadlineMs,
});
const webhook = {
  ...{ clock, log, store, observe: NOBODY },
  hints: createHints({ redisUrl: given.redisUrl, clock, hintMs: TIMINGS.hintMs, log }),
  unkept: createUnkept(clock),
  webhookSecrets: [given.webhookSecret],
  livemode: false,
  provisionTokens: [],
  ...(given.eventsPerCall ? { eventsPerCall: given.eventsPerCall } : {}),
};
const server = buildServer(
  { log, store, troubles: () => [], parts: () => ({}), still: () => [], metrics: null },
  webhook,
);
await server.listen({ host: '127.0.0.1', port: given.port });
console.log('serving');
