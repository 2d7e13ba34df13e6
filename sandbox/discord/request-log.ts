import type { Clock } from '../../src/lib/clock.ts';
import type { RequestHook, RequestMoment, RequestRecord } from './types.ts';

const KEPT = 10_000;
const INVALID_WINDOW_MS = 600_000;
const INVALID: readonly number[] = [401, 403, 429];

export type DiscordStats = {
  readonly requests: number;
  readonly rateLimited: number;
  /** Answers 401, 403 and 429 of the last ten minutes; Discord bans an address at 10,000. */
  readonly invalidRequests: number;
};

export type RequestLog = {
  /** The newest last; `status` 0 stands for a connection destroyed without an answer. */
  requests: RequestRecord[];
  stats: DiscordStats;
  add(method: string, path: string, status: number): void;
  /** Calls the hooks, one after the other, and waits for them. */
  tell(moment: RequestMoment): Promise<void>;
  onRequest(hook: RequestHook): () => void;
};

export function createRequestLog(clock: Clock): RequestLog {
  const requests: RequestRecord[] = [];
  const hooks = new Set<RequestHook>();
  let total = 0;
  let rateLimited = 0;
  let invalid: number[] = [];
  return {
    requests,
    stats: {
      get requests() {
        return total;
      },
      get rateLimited() {
        return rateLimited;
      },
      get invalidRequests() {
        invalid = invalid.filter((atMs) => atMs > clock.now() - INVALID_WINDOW_MS);
        return invalid.length;
      },
    },
    add(method, path, status) {
      requests.push({ atMs: clock.now(), method, path, status });
      if (requests.length > KEPT) requests.shift();
      total += 1;
      if (status === 429) rateLimited += 1;
      if (INVALID.includes(status)) invalid.push(clock.now());
    },
    async tell(moment) {
      for (const hook of hooks) await hook(moment);
    },
    onRequest(hook) {
      hooks.add(hook);
      return () => hooks.delete(hook);
    },
  };
}
