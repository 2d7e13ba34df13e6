// `npm run reconcile -- --since 2026-11-20 [--dry-run]`: asks Stripe now for what it did not deliver, and takes it.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { loadEnvFile, readWorkerConfig } from './config.ts';
import { systemClock } from './lib/clock.ts';
import { toError } from './lib/failure.ts';
import { createLog } from './log.ts';
import { NOBODY } from './metrics/observers.ts';
import { TIMINGS } from './orders/timings.ts';
import { doChoreInTurn, type Round } from './provisioning/chores.ts';
import { RECOVERY } from './reconcile/chores.ts';
import type { ReconcileDeps } from './reconcile/deps.ts';
import { takeSessions } from './reconcile/sessions.ts';
import { takeUndelivered } from './reconcile/undelivered.ts';
import { watchSender } from './reconcile/watch-sender.ts';
import { createCall } from './store/call.ts';
import { createStore, type EventToStore } from './store/store.ts';
import { createStripeClient } from './stripe/client.ts';

try {
  const { values } = parseArgs({
    options: { since: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
  });
  const sinceMs = Date.parse(values.since ?? '');
  if (Number.isNaN(sinceMs))
    throw new Error('say from when on: --since 2026-11-20, or a time like 2026-11-20T14:00Z');
  loadEnvFile();
  const { holder, store, ...deps } = createDeps();
  const told = withReport({ store, ...deps }, sinceMs, values['dry-run']);
  const { events, sessions } = await doChoreInTurn(
    { ...deps, holder, store },
    { name: RECOVERY, run: (round) => lookNow(told, round) },
    () => console.log('The running Orderly asks Stripe just now: waiting for its turn to end …'),
  );
  const taken = events.taken + sessions.taken;
  console.log(
    values['dry-run']
      ? `${taken} would be taken; nothing was changed.`
      : `${taken} taken, ${events.recovered + sessions.recovered} of them paid purchases that nobody had told of.`,
  );
} catch (thrown) {
  console.error(`orderly: ${toError(thrown).message}`);
  process.exit(1);
}

async function lookNow(deps: ReconcileDeps, round: Round) {
  const why = await watchSender(deps);
  const events = await takeUndelivered(deps, round, `found by hand; ${why('undelivered')}`);
  const sessions = await takeSessions(deps, round, `found by hand; ${why('unheard')}`);
  return { events, sessions };
}

function createDeps() {
  const config = readWorkerConfig(process.env);
  const clock = systemClock;
  const call = createCall({ ...config.supabase, clock });
  return {
    holder: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    clock,
    timings: TIMINGS,
    log: createLog('error'),
    store: createStore({ call, timings: TIMINGS, deadlineMs: config.deadlineMs }),
    stripe: createStripeClient({ ...config.worker.stripe, clock }),
    // The sweep of the running Orderly finds what is due.
    hints: { send: async () => true },
    observe: NOBODY,
    livemode: config.livemode,
    publicUrl: config.worker.publicUrl,
  };
}

/** The looks begin where they are told to, say each thing that they find, and in a dry run change nothing. */
function withReport(deps: ReconcileDeps, sinceMs: number, isDry: boolean): ReconcileDeps {
  const { store } = deps;
  return {
    ...deps,
    store: {
      ...store,
      reconcileState: async () => ({
        ...(await store.reconcileState()),
        events_until: sinceMs,
        sessions_until: sinceMs,
      }),
      reportCheck: async (check) => (isDry ? { status: 'ok' } : store.reportCheck(check)),
      recover: async (event, why) => {
        console.log(`${event.made_at}  ${event.type}  ${event.session_id ?? event.id}  ${effectOf(event)}`);
        if (!isDry) return store.recover(event, why);
        return { status: 'ok', outcome: 'stored', state: 'dry', recovered: false, hint: null };
      },
    },
  };
}

function effectOf({ effect }: EventToStore): string {
  if (effect.kind !== 'session') return `${effect.kind}${'reason' in effect ? `: ${effect.reason}` : ''}`;
  const { facts } = effect;
  return `${facts.payment}: ${facts.problem ? `no order, ${facts.problem.detail}` : `order of ${facts.plan_id ?? facts.item_type}`}`;
}
