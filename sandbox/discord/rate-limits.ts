/**
 * Discord's rate limits: a fixed window per method, route and major parameter, and a global one. Windows run on the
 * clock; header values are real seconds, because the client waits in real time.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../src/lib/clock.ts';

export type Allowance = { count: number; perMs: number };

export type Limits = {
  /** Writes to one route of one channel: 5 creates, and apart from them 5 edits. */
  perChannelRoute: Allowance;
  globalPerSecond: number;
  /** Edits of messages older than an hour, per channel. Discord does not publish its number. */
  oldEdits: Allowance;
};

export const DEFAULT_LIMITS: Limits = {
  perChannelRoute: { count: 5, perMs: 5000 },
  globalPerSecond: 50,
  oldEdits: { count: 5, perMs: 60_000 },
};

const OTHER_ROUTES: Allowance = { count: 100, perMs: 10_000 };

export type RouteKey = {
  method: string;
  /** With placeholders for ids. */
  pattern: string;
  /** The channel, guild or webhook that the limit counts for. */
  major: string;
  interaction: boolean;
};

export type Verdict = {
  headers: Record<string, string>;
  /** Set when the request is refused. */
  refused: { retryAfterSeconds: number; global: boolean } | null;
};

type Window = { startMs: number; used: number };

export type RateLimits = {
  take(route: RouteKey): Verdict;
  /** The verdict of a request that is refused whatever was used. */
  refuse(route: RouteKey, waitMs: number): Verdict;
  /** How long an edit of an old message has to wait, 0 when it may go ahead. */
  takeOldEdit(channelId: string): number;
  /** A duration of the clock as real seconds, rounded up to what a header can say. */
  seconds(ms: number): number;
};

export function createRateLimits(clock: Clock, factor: () => number, limits: Limits): RateLimits {
  const windows = new Map<string, Window>();
  const seconds = (ms: number) => Math.ceil(ms / factor()) / 1000;

  function use(key: string, allowance: Allowance): { left: number; resetMs: number } {
    const now = clock.now();
    const running = windows.get(key);
    const window = running && now < running.startMs + allowance.perMs ? running : { startMs: now, used: 0 };
    windows.set(key, window);
    window.used += 1;
    return { left: allowance.count - window.used, resetMs: window.startMs + allowance.perMs - now };
  }

  function headersOf(route: RouteKey, allowance: Allowance, left: number, resetMs: number) {
    return {
      'x-ratelimit-limit': String(allowance.count),
      'x-ratelimit-remaining': String(Math.max(0, left)),
      'x-ratelimit-reset': ((clock.now() + resetMs) / 1000).toFixed(3),
      'x-ratelimit-reset-after': seconds(resetMs).toFixed(3),
      'x-ratelimit-bucket': bucketOf(route),
    };
  }

  function refusal(headers: Record<string, string>, waitMs: number, global: boolean): Verdict {
    const retryAfterSeconds = seconds(waitMs);
    return {
      headers: {
        ...headers,
        // Discord rounds this header up to whole seconds, of its own time.
        'retry-after': String(seconds(Math.ceil(waitMs / 1000) * 1000)),
        'x-ratelimit-scope': global ? 'global' : 'user',
        ...(global ? { 'x-ratelimit-global': 'true' } : {}),
      },
      refused: { retryAfterSeconds, global },
    };
  }

  return {
    seconds,
    take(route) {
      if (!route.interaction) {
        const all = use('global', { count: limits.globalPerSecond, perMs: 1000 });
        if (all.left < 0) return refusal({}, all.resetMs, true);
      }
      const allowance = allowanceOf(route, limits);
      const { left, resetMs } = use(`${route.method} ${route.pattern} ${route.major}`, allowance);
      const headers = headersOf(route, allowance, left, resetMs);
      return left < 0 ? refusal(headers, resetMs, false) : { headers, refused: null };
    },
    refuse(route, waitMs) {
      return refusal(headersOf(route, allowanceOf(route, limits), 0, waitMs), waitMs, false);
    },
    takeOldEdit(channelId) {
      const { left, resetMs } = use(`old edits ${channelId}`, limits.oldEdits);
      return left < 0 ? resetMs : 0;
    },
  };
}

function allowanceOf({ method, pattern }: RouteKey, limits: Limits): Allowance {
  const isChannelWrite = method !== 'GET' && /^\/(channels|webhooks)\//.test(pattern);
  return isChannelWrite ? limits.perChannelRoute : OTHER_ROUTES;
}

function bucketOf({ method, pattern }: RouteKey): string {
  return createHash('sha256').update(`${method} ${pattern}`).digest('hex').slice(0, 32);
}
