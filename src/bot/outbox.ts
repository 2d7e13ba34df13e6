import { toError } from '../lib/failure.ts';
import type { OutboxRoom, PendingMessage } from '../store/store.ts';
import type { Channel } from './channel.ts';
import { createChannelTrouble } from './channel-trouble.ts';
import type { BotDeps } from './deps.ts';
import type { Limits } from './limits.ts';
import type { PingCheck } from './ping-check.ts';
import { show } from './show.ts';
import { chosenSteps } from './targets.ts';
import type { Threads } from './threads.ts';

const LEASE = 'outbox';
/** Alerts wait for nothing of ours: so many at once, whatever else is under way. */
const MOST_ALERTS = 3;
const IN_TROUBLE = { alerts: 1, posts: 1, edits: 1, logs: 0 };

type Lane = 'alert' | 'post' | 'edit' | 'log';

/** How the outbox does, in milliseconds of the clock. */
export type Outbox = {
  /** When it last got through to the database, or heard that another process leads; 0 for never. */
  lastRoundMs(): number;
  /** Since when messages have waited for Discord and none got through; null when none waits so. */
  waitingSinceMs(): number | null;
  /** What keeps it out of the channel, and what to click; null while all is well. */
  trouble(): string | null;
};

/**
 * The only writer of Discord messages: makes each message say what its rows say. It takes only what Discord has room for now, so
 * that a message is written as its rows are when it is sent, and what does not get through is tried again (P6). One process leads
 * at a time.
 *
 * @returns stop, which waits for the calls under way, and what `Outbox` says of it.
 */
export function startOutbox(
  deps: BotDeps,
  channel: Channel,
  limits: Limits,
  about: { threads: Threads; pings: Pick<PingCheck, 'blocked' | 'isDone'> },
): Outbox & { stop(): Promise<void> } {
  const stopping = new AbortController();
  const trouble = createChannelTrouble(deps);
  const inFlight = new Map<number, { lane: Lane; done: Promise<void> }>();
  let lastRoundMs = 0;
  let waitingSinceMs: number | null = null;
  const start = (pending: PendingMessage) => {
    waitingSinceMs ??= deps.clock.now();
    const done = show(
      { ...deps, channel, trouble, threads: about.threads, blocked: about.pings.blocked },
      pending,
    ).then((isThrough) => {
      if (isThrough) waitingSinceMs = null;
      inFlight.delete(pending.id);
    });
    inFlight.set(pending.id, { lane: laneOf(pending), done });
  };
  const round = async () => {
    if (!(await deps.store.lease(LEASE, deps.holder, deps.timings.outboxLeaseMs))) {
      waitingSinceMs = null;
      trouble.forget();
    } else if (!limits.isQuiet()) {
      const steps = chosenSteps(deps.settings()).length;
      const isOut = trouble.words() !== null;
      const busy = [...inFlight.keys()];
      const room = { ...(isOut ? IN_TROUBLE : roomOf(limits, inFlight, about.threads)), steps };
      // Whom an alert names depends on whom it can ping.
      if (!about.pings.isDone()) room.alerts = 0;
      if (!isOut || (busy.length === 0 && trouble.mayTry())) {
        const next = await deps.store.outbox({ ...room, busy });
        for (const pending of isOut ? next.slice(0, 1) : next) start(pending);
      }
    }
    lastRoundMs = deps.clock.now();
  };
  const running = runOutbox(deps, round, stopping.signal).then(async () => {
    await Promise.all([...inFlight.values()].map((call) => call.done));
    await giveBack(deps);
  });
  return {
    lastRoundMs: () => lastRoundMs,
    waitingSinceMs: () => waitingSinceMs,
    trouble: () =>
      limits.isQuiet() ? 'Discord refused too many requests: waiting, or it shuts us out' : trouble.words(),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function runOutbox(deps: BotDeps, round: () => Promise<void>, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      await round();
    } catch (thrown) {
      deps.log.warn({ reason: toError(thrown).message }, 'the outbox could not ask the database');
    }
    await deps.clock.sleep(deps.timings.outboxMs, stopping);
  }
}

async function giveBack(deps: BotDeps): Promise<void> {
  await deps.store.lease(LEASE, deps.holder, 0).catch((thrown: unknown) => {
    deps.log.warn({ reason: toError(thrown).message }, 'the outbox could not give its lease back');
  });
}

function roomOf(
  limits: Limits,
  inFlight: Map<number, { lane: Lane }>,
  threads: Threads,
): Omit<OutboxRoom, 'busy' | 'steps'> {
  const underWay = (...lanes: Lane[]) =>
    [...inFlight.values()].filter(({ lane }) => lanes.includes(lane)).length;
  return {
    alerts: Math.max(0, MOST_ALERTS - underWay('alert')),
    posts: limits.room('post', underWay('post', 'alert')),
    edits: limits.room('edit', underWay('edit')),
    // One page at a time: what happened can wait for what is.
    logs: threads.mayTry() && underWay('log') === 0 ? 1 : 0,
  };
}

function laneOf(pending: PendingMessage): Lane {
  if (pending.kind === 'log') return 'log';
  if (pending.message_id !== null) return 'edit';
  return pending.kind === 'alert' || pending.kind === 'call' ? 'alert' : 'post';
}
