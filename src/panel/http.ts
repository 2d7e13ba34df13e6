import type { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import { panelTimeMs, type Reply, replyFault, shapeFault, thrownFault } from './fault.ts';
import type { PanelResult } from './types.ts';

export type PanelHttpDeps = { url: string; apiKey: string; clock: Clock; timeoutMs: number };

/** `path` begins with a slash and may have a query, e.g. `/servers/1?include=node`. */
export type PanelRequest = { method: 'GET' | 'POST' | 'PATCH'; path: string; body?: unknown };

/** Sends one request and parses what comes back with `schema`. Never throws, never retries, never follows a redirect. */
export type SendToPanel = <T extends z.ZodType>(
  request: PanelRequest,
  schema: T,
) => Promise<PanelResult<z.output<T>>>;

/** The transport of the client: one timeout over connecting, headers and body. */
export function createSender(deps: PanelHttpDeps): SendToPanel {
  return async (request, schema) => {
    const label = `${request.method} ${request.path.split('?')[0]}`;
    const timeout = deps.clock.timeout(deps.timeoutMs);
    let reply: Reply;
    try {
      reply = await exchange(deps, request, timeout);
    } catch (thrown) {
      return {
        kind: 'fault',
        fault: thrownFault(toError(thrown), timeout.aborted, label),
        panelTimeMs: null,
      };
    }
    return readReply(reply, schema, label);
  };
}

async function exchange(deps: PanelHttpDeps, request: PanelRequest, signal: AbortSignal): Promise<Reply> {
  const hasBody = request.body !== undefined;
  const response = await fetch(`${deps.url.replace(/\/+$/, '')}/api/application${request.path}`, {
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
