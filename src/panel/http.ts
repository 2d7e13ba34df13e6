import type { z } from 'zod';
import { boundedFetch } from '../lib/bounded-fetch.ts';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import { bareFault, panelTimeMs, type Reply, replyFault, shapeFault, thrownFault } from './fault.ts';
import type { PanelFault, PanelResult } from './types.ts';

/** Our share of the panel's request limit, which counts per panel user: over all keys of that user, and all our processes. */
export type RequestBudget = {
  /** Asks for one request. @returns 0 when it may go out now, else the milliseconds after which to ask again. */
  take(): Promise<number>;
  /** The panel answered 429: nothing of ours goes out for so many milliseconds. */
  hold(ms: number): Promise<void>;
};

export type PanelHttpDeps = {
  url: string;
  apiKey: string;
  clock: Clock;
  timeoutMs: number;
  /** Without one, nothing is held back. */
  budget?: RequestBudget;
  /** Cuts off what is under way, and lets nothing more go out. */
  stopping?: AbortSignal;
  /** The HTTP client; the global one unless told. */
  fetch?: typeof fetch;
};

/** `path` begins with a slash and may have a query, e.g. `/servers/1?include=node`. */
export type PanelRequest = {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  body?: unknown;
  /** Its place in our share of the limit was taken before. */
  reserved?: boolean;
};

/** Sends one request and parses what comes back with `schema`. Never throws, never retries, never follows a redirect. */
export type SendToPanel = <T extends z.ZodType>(
  request: PanelRequest,
  schema: T,
) => Promise<PanelResult<z.output<T>>>;

/** A page of a hundred is a tenth of it. */
const MOST_MIB = 8;
/** For a 429 that doesn't say how long to wait. */
const DEFAULT_HOLD_MS = 10_000;
/** Whatever it says: its window is a minute long. */
const MOST_HOLD_MS = 5 * 60_000;

/** The transport of the client: one timeout over connecting, headers and body, and a limit of its size. */
export function createSender(deps: PanelHttpDeps): SendToPanel {
  const bounded = boundedFetch(MOST_MIB, deps.fetch);
  return async (request, schema) => {
    const label = `${request.method} ${request.path.split('?')[0]}`;
    const held = request.reserved ? null : await reserve(deps.budget, label);
    if (held) return { kind: 'fault', fault: held, panelTimeMs: null };
    const timeout = deps.clock.timeout(deps.timeoutMs);
    let reply: Reply;
    try {
      const signal = deps.stopping ? AbortSignal.any([timeout, deps.stopping]) : timeout;
      reply = await exchange(deps, bounded, request, signal);
    } catch (thrown) {
      return {
        kind: 'fault',
        fault: thrownFault(toError(thrown), timeout.aborted, label),
        panelTimeMs: null,
      };
    }
    const result = readReply(reply, schema, label);
    // The panel's own word; a node's 429, which the panel passes on, is about that node alone.
    const limited = result.kind === 'fault' && result.fault.status === 429;
    if (limited && result.fault.code !== 'DaemonConnectionException') {
      await deps.budget?.hold(Math.min(MOST_HOLD_MS, result.fault.retryAfterMs ?? DEFAULT_HOLD_MS));
    }
    return result;
  };
}

/** Takes a place in our share of the limit. @returns null, or why the request named by `label` may not go out now. */
export async function reserve(budget: RequestBudget | undefined, label: string): Promise<PanelFault | null> {
  const heldMs = (await budget?.take()) ?? 0;
  if (heldMs === 0) return null;
  const detail = 'our share of the request limit is used up';
  return { ...bareFault('held', label, detail), retryAfterMs: heldMs };
}

async function exchange(
  deps: PanelHttpDeps,
  send: typeof fetch,
  request: PanelRequest,
  signal: AbortSignal,
): Promise<Reply> {
  const hasBody = request.body !== undefined;
  const response = await send(`${deps.url.replace(/\/+$/, '')}/api/application${request.path}`, {
    method: request.method,
    headers: {
      // Without it the panel turns its errors into HTML pages and redirects.
      accept: 'application/json',
      authorization: `Bearer ${deps.apiKey}`,
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
    },
    ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
    redirect: 'manual',
    signal,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function readReply<T extends z.ZodType>(reply: Reply, schema: T, label: string): PanelResult<z.output<T>> {
  const time = { panelTimeMs: panelTimeMs(reply.headers) };
  const json = parseJson(reply.text);
  const fault = replyFault(reply, json, label);
  if (fault) return { kind: 'fault', fault, ...time };
  // A 204 has no body: its schema is `z.null()`.
  const parsed = schema.safeParse(reply.status === 204 ? null : json);
  if (parsed.success) return { kind: 'ok', value: parsed.data, ...time };
  return { kind: 'fault', fault: { ...shapeFault(parsed.error, label), status: reply.status }, ...time };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
