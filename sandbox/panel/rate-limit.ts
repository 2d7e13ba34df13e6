import type { PanelContext } from './context.ts';
import { panelErrors } from './errors.ts';

const WINDOW_MS = 60_000;

/**
 * Counts one request of a panel user, all of whose keys share one limit, and gives the headers for its answer.
 *
 * @throws ThrottleRequestsException with `Retry-After` in seconds and `X-RateLimit-Reset` as a unix time.
 */
export function countRequest(panel: PanelContext, userId: number): Record<string, string> {
  const nowMs = panel.clock.now();
  const limit = panel.rateLimitPerMinute;
  let window = panel.windows.get(userId);
  if (!window || nowMs >= window.startMs + WINDOW_MS) {
    window = { startMs: nowMs, hits: 0 };
    panel.windows.set(userId, window);
  }
  const isOver = panel.faults.rateLimited || window.hits >= limit;
  if (!isOver) window.hits += 1;
  const headers = {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(isOver ? 0 : limit - window.hits),
  };
  if (!isOver) return headers;
  const resetMs = window.startMs + WINDOW_MS;
  throw panelErrors.tooMany({
    ...headers,
    'retry-after': String(Math.ceil((resetMs - nowMs) / 1000)),
    'x-ratelimit-reset': String(Math.ceil(resetMs / 1000)),
  });
}
