import { toError } from '../lib/failure.ts';
import type { OutboxRoom, PendingMessage } from '../store/store.ts';
import type { Channel } from './channel.ts';
import { createChannelTroubles } from './channel-trouble.ts';
import type { BotDeps } from './deps.ts';
import { createGate, placeOf } from './gate.ts';
import type { Lead } from './lead.ts';
import type { Limits } from './limits.ts';
import type { PingCheck } from './ping-check.ts';
import { channelsOf } from './settings.ts';
import { show } from './show.ts';
import { chosenSteps } from './targets.ts';
import type { Threads } from './threads.ts';

/** Alerts wait for nothing of ours: so many at once, whatever else is under way. */
const MOST_ALERTS = 3;

type Lane = 'alert' | 'post' | 'edit' | 'log';
type InFlight = Map<number, { lane: Lane; channelId: string | null; done: Promise<void> }>;

/** How the outbox does, in milliseconds of the clock. */
export type Outbox = {
  /** When it last got through to the database. */
  lastRoundMs(): number;
  /** Since when messages have waited for Discord and none got through; null when none waits so. */
  waitingSinceMs(): number | null;
  /** What keeps it out of the channel, and what to click; null while all is well. */
  trouble(): string | null;
};

/**
 * The only writer of Discord messages: makes each message say what its rows say. It takes only what Discord has room for now, so
 * that a message is written as its rows are when it is sent, and what does not get through is tried again (P6). It rests while it
 * is not sure that this process leads.
 *
 * @returns stop, which waits for the calls under way and answers with the messages whose calls ended when we may not have led any more;
 * and what `Outbox` says of it.
 */
export function startOutbox(
  deps: BotDeps,
  channel: Channel,
  limits: Limits,
  about: {
    threads: Threads;
    pings: Pick<PingCheck, 'blocked' | 'isDone' | 'posted'>;
    lead: Pick<Lead, 'isMine'>;
  },
): Outbox & { stop(): Promise<number[]> } {
  const stopping = new AbortController();
  const troubles = createChannelTroubles(deps);
  const gate = createGate(deps, troubles);
  const inFlight: InFlight = new Map();
  const doubtful = new Set<number>();
  // It starts because the database said so.
  let lastRoundMs = deps.clock.now();
  let waitingSinceMs: number | null = null;
  const start = (pending: PendingMessage) => {
    // A page of a log may be refused for a reason of its own, and nobody waits for it.
    if (laneOf(pending) !== 'log') waitingSinceMs ??= deps.clock.now();
    const channelId = placeOf(pending, deps.settings());
    const { threads, pings } = about;
    const done = show({ ...deps, channel, troubles, threads, blocked: pings.blocked }, pending).then(
      (isThrough) => {
        if (isThrough) waitingSinceMs = null;
        if (isThrough && isPing(pending)) pings.posted();
        if (!about.lead.isMine()) doubtful.add(pending.id);
        inFlight.delete(pending.id);
      },
    );
    inFlight.set(pending.id, { lane: laneOf(pending), channelId, done });
  };
  /** Starts what may be written now; @returns those that have to wait for their own channel. */
  const startNext = async (waiting: number[]) => {
    const held = gate.held(channelsIn(inFlight));
    const busy = [...inFlight.keys(), ...held, ...waiting];
    const steps = chosenSteps(deps.settings()).length;
    const room = roomOf(deps, limits, inFlight, about.threads);
    // Whom an alert names depends on whom it can ping.
    if (!about.pings.isDone()) room.alerts = 0;
    const next = await deps.store.outbox({ ...room, steps, busy });
    return next.filter((pending) => {
      if (!gate.admits(pending, channelsIn(inFlight))) return true;
      if (!hasRoom(deps, limits, inFlight, pending)) return true;
      start(pending);
      return false;
    });
  };
  const round = async () => {
    await deps.choices.refreshIfOld();
    if (!about.lead.isMine()) return;
    if (!limits.isQuiet()) {
      const waiting = await startNext([]);
      // Behind those that wait for one channel there may be some of another.
      if (waiting.length > 0) await startNext(waiting.map(({ id }) => id));
    }
    lastRoundMs = deps.clock.now();
  };
  const running = runOutbox(deps, round, stopping.signal).then(async () => {
    await Promise.all([...inFlight.values()].map((call) => call.done));
    return [...doubtful];
  });
  return {
    lastRoundMs: () => lastRoundMs,
    waitingSinceMs: () => waitingSinceMs,
    trouble: () =>
      limits.isQuiet()
        ? 'Discord refused too many requests: waiting, or it shuts us out'
        : troubles.words(channelsOf(deps.settings())),
    stop: async () => {
      stopping.abort();
      return running;
    },
  };
}

/** A first post that notifies somebody; an edit never does, and a warning has nobody to call. */
const isPing = ({ message_id, incident, call }: PendingMessage) =>
  message_id === null && (incident?.severity === 'alert' || Boolean(call));

async function runOutbox(deps: BotDeps, round: () => Promise<void>, stopping: AbortSignal): Promise<void> {
  // One round may ask twice, and read the settings before.
  const withinMs = deps.timings.outboxMs + 2 * deps.timings.databaseMs + deps.timings.quickDatabaseMs;
  const loop = deps.loops.start('outbox');
  while (!stopping.aborted) {
    loop.beat(withinMs);
    try {
      await round();
    } catch (thrown) {
      deps.log.warn({ reason: toError(thrown).message }, 'the outbox could not ask the database');
    }
    await deps.clock.sleep(deps.timings.outboxMs, stopping);
  }
  loop.end();
}

/** How many of each lane are asked for: posts go to the purchases' channel, edits to any. */
function roomOf(
  deps: BotDeps,
  limits: Limits,
  inFlight: InFlight,
  threads: Threads,
): Omit<OutboxRoom, 'busy' | 'steps'> {
  const { channelId } = deps.settings();
  const channels = channelsOf(deps.settings());
  const edits = channels.map((id) => limits.room(id, 'edit', underWay(inFlight, id, 'edit')));
  return {
    alerts: channels.length === 0 ? 0 : Math.max(0, MOST_ALERTS - underWay(inFlight, null, 'alert')),
    posts:
      channelId === null ? 0 : limits.room(channelId, 'post', underWay(inFlight, channelId, 'post', 'alert')),
    // What stands in a channel that was left is edited there, also while none is chosen.
    edits: channels.length === 0 ? 1 : edits.reduce((sum, room) => sum + room, 0),
    // One page at a time: what happened can wait for what is.
    logs: threads.mayTry() && underWay(inFlight, null, 'log') === 0 ? 1 : 0,
  };
}

/** Edits are counted by channel, and chosen over all of them. */
function hasRoom(deps: BotDeps, limits: Limits, inFlight: InFlight, pending: PendingMessage): boolean {
  const channelId = placeOf(pending, deps.settings());
  if (laneOf(pending) !== 'edit' || channelId === null) return true;
  return limits.room(channelId, 'edit', underWay(inFlight, channelId, 'edit')) > 0;
}

/** Calls under way of these lanes, in a channel or over all. */
function underWay(inFlight: InFlight, channelId: string | null, ...lanes: Lane[]): number {
  return [...inFlight.values()].filter(
    (call) => lanes.includes(call.lane) && (channelId === null || call.channelId === channelId),
  ).length;
}

function channelsIn(inFlight: InFlight): Set<string> {
  return new Set([...inFlight.values()].flatMap(({ channelId }) => channelId ?? []));
}

function laneOf(pending: PendingMessage): Lane {
  if (pending.kind === 'log') return 'log';
  if (pending.message_id !== null) return 'edit';
  return pending.kind === 'alert' || pending.kind === 'call' ? 'alert' : 'post';
}
