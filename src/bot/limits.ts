import { type REST, RESTEvents } from 'discord.js';

/** Discord counts posting and editing apart. */
export type Lane = 'post' | 'edit';

/** An edit of a message older than an hour, of which Discord takes few (30046). */
export class OldEditError extends Error {
  override name = 'OldEditError';
  readonly waitMs: number;
  constructor(waitMs: number) {
    super('Discord takes no more edits of messages older than an hour for now (30046)');
    this.waitMs = waitMs;
  }
}

/** What Discord's answers say of how much it takes from us now, in real time, as discord.js waits. */
export type Limits = {
  /** How many calls of a channel may start now beside those under way. Some posts of each window are kept for alerts. */
  room(channelId: string, lane: Lane, underWay: number): number;
  /** Since Discord said so, nothing of this lane starts in that channel for so long. */
  hold(channelId: string, lane: Lane, waitMs: number): void;
  /** Requests that may go out now: over all, and of the channels that were heard of the least of each lane. */
  left(): { global: number } & Partial<Record<Lane, number>>;
  /** True while so many of our requests were refused that Discord is about to shut us out. */
  isQuiet(): boolean;
};

/** Discord counts each channel apart. `refusal` is the body of the last answer to an edit, when it was 429. */
type ChannelBudget = Record<Lane, Budget> & { refusal: Promise<unknown> | null };
type Budget = { limit: number; left: number; resetMs: number; windowMs: number };

/** Discord shuts an address out at 10,000 refused requests in ten minutes. */
const MOST_INVALID = 8_000;
/** discord.js adds 50 ms to what the headers say: earlier, a call would wait in its queue. */
const OFFSET_MS = 60;
/** Threads are channels too, and never come back: what was last heard of counts. */
const MOST_CHANNELS = 100;
/** Of five posts, two are for alerts until the window is nearly over. */
const KEPT_SHARE = 0.4;
const KEPT_UNTIL = 0.2;
const MESSAGES = '/channels/:id/messages';

/**
 * Reads the limits of each channel's messages from every answer, and makes an edit that would have to wait fail at once instead:
 * what waits in discord.js's queue would be sent as it was, and hold up what comes behind it.
 */
export function watchLimits(rest: REST): Limits {
  const channels = knownBudgets();
  let quietUntilMs = 0;
  rest.options.invalidRequestWarningInterval = 500;
  rest.on(RESTEvents.InvalidRequestWarning, ({ count, remainingTime }) => {
    if (count >= MOST_INVALID) quietUntilMs = Date.now() + remainingTime;
  });
  rest.on(RESTEvents.Response, ({ method, path, route }, response) => {
    const lane = laneOf(method, route);
    const [, channelId] = /^\/channels\/(\d+)\//.exec(path) ?? [];
    if (lane === null || channelId === undefined) return;
    const channel = channels.of(channelId);
    readHeaders(channel[lane], response.headers);
    if (lane === 'edit') channel.refusal = response.status === 429 ? response.json().catch(() => null) : null;
  });
  rest.options.rejectOnRateLimit = async ({ method, route, retryAfter, majorParameter }) => {
    if (laneOf(method, route) !== 'edit') return false;
    const channel = channels.of(majorParameter);
    const answer = await channel.refusal;
    channel.refusal = null;
    if (Object(answer).code === 30046) throw new OldEditError(retryAfter);
    return true;
  };
  return {
    room(channelId, lane, underWay) {
      if (rest.globalRemaining <= 0 && Date.now() < rest.globalReset) return 0;
      return Math.max(0, leftOf(channels.of(channelId)[lane], lane) - underWay);
    },
    hold(channelId, lane, waitMs) {
      Object.assign(channels.of(channelId)[lane], { left: 0, resetMs: Date.now() + waitMs });
    },
    left() {
      const isCounted = Date.now() < rest.globalReset;
      const global = isCounted ? rest.globalRemaining : rest.options.globalRequestsPerSecond;
      return { global, ...leastOf(channels.all()) };
    },
    isQuiet: () => Date.now() < quietUntilMs,
  };
}

function leastOf(channels: ChannelBudget[]): Partial<Record<Lane, number>> {
  const lanes = ['post', 'edit'] as const;
  return Object.fromEntries(
    lanes.flatMap((lane) => {
      const heardOf = channels.map((channel) => channel[lane]).filter(({ resetMs }) => resetMs > 0);
      if (heardOf.length === 0) return [];
      const left = heardOf.map(({ limit, left, resetMs }) => (resetMs > Date.now() ? left : limit));
      return [[lane, Math.max(0, Math.min(...left))]];
    }),
  );
}

function knownBudgets(): { of(channelId: string): ChannelBudget; all(): ChannelBudget[] } {
  const known = new Map<string, ChannelBudget>();
  return {
    all: () => [...known.values()],
    of(channelId) {
      const found = known.get(channelId) ?? { post: unknownBudget(), edit: unknownBudget(), refusal: null };
      known.delete(channelId);
      known.set(channelId, found);
      const [oldest] = known.keys();
      if (known.size > MOST_CHANNELS && oldest !== undefined) known.delete(oldest);
      return found;
    },
  };
}

/** Until the first answer nothing is known, and one call at a time finds out. */
function unknownBudget(): Budget {
  return { limit: 1, left: 1, resetMs: 0, windowMs: 0 };
}

function laneOf(method: string, route: string): Lane | null {
  if (!route.startsWith(MESSAGES)) return null;
  if (method.toUpperCase() === 'POST') return 'post';
  return method.toUpperCase() === 'PATCH' ? 'edit' : null;
}

function readHeaders(budget: Budget, headers: { get(name: string): string | null }): void {
  const limit = Number(headers.get('x-ratelimit-limit'));
  const resetMs = Number(headers.get('x-ratelimit-reset-after')) * 1000;
  if (!(limit > 0 && resetMs > 0)) return;
  budget.limit = limit;
  budget.left = Number(headers.get('x-ratelimit-remaining'));
  if (budget.left === limit - 1) budget.windowMs = resetMs;
  budget.resetMs = Date.now() + resetMs + OFFSET_MS;
}

function leftOf({ limit, left, resetMs, windowMs }: Budget, lane: Lane): number {
  const restMs = resetMs - Date.now();
  if (restMs > 0 && restMs < windowMs * KEPT_UNTIL + OFFSET_MS) return left;
  const kept = lane === 'post' ? Math.floor(limit * KEPT_SHARE) : 0;
  return (restMs > 0 ? left : limit) - kept;
}
