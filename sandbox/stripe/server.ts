import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/lib/clock.ts';
import { ApiError, broken, forbidden, tooMany, wrongKey } from './answers.ts';
import { type ApiDeps, answerRequest } from './api.ts';
import { readQuery } from './query.ts';
import { newId } from './state.ts';

/** One request to the API; `query` as sent, without `?`. `status` is null while it is open and when it got no answer. */
export type StripeRequest = {
  atMs: number;
  method: string;
  path: string;
  query: string;
  status: number | null;
};

/** Called and awaited as a request comes in, and again when its answer is ready but not yet sent. */
export type StripeRequestHook = (moment: {
  method: string;
  path: string;
  when: 'before' | 'after';
}) => unknown;

export type ApiServer = {
  url: string;
  requests: StripeRequest[];
  hooks: Set<StripeRequestHook>;
  stop(): Promise<void>;
};

const LOG_CAP = 10_000;

/** Serves the API on a loopback port. */
export async function startApiServer(
  deps: ApiDeps & { clock: Clock; secretKey: string },
  port: number,
): Promise<ApiServer> {
  const requests: StripeRequest[] = [];
  const hooks = new Set<StripeRequestHook>();
  const stopping = new AbortController();
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const entry = toEntry(deps.clock.now(), incoming, url);
    requests.push(entry);
    if (requests.length > LOG_CAP) requests.shift();
    void serve(incoming, response, url, entry);
  });

  async function callHooks(entry: StripeRequest, when: 'before' | 'after'): Promise<void> {
    for (const hook of hooks) await hook({ method: entry.method, path: entry.path, when });
  }

  async function serve(
    incoming: IncomingMessage,
    response: ServerResponse,
    url: URL,
    entry: StripeRequest,
  ): Promise<void> {
    incoming.resume();
    try {
      await callHooks(entry, 'before');
      if (deps.faults.apiSlowMs > 0) await deps.clock.sleep(deps.faults.apiSlowMs, stopping.signal);
      if (deps.faults.apiDown) return void incoming.socket.destroy();
      const answer = answerOrError(deps, incoming, url);
      await callHooks(entry, 'after');
      entry.status = answer.status;
      response.writeHead(answer.status, { 'content-type': 'application/json', 'request-id': newId('req') });
      response.end(JSON.stringify(answer.body, null, 2));
    } catch {
      // A hook that throws stands for a connection that broke.
      incoming.socket.destroy();
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actualPort}`,
    requests,
    hooks,
    stop: () =>
      new Promise((resolve) => {
        stopping.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function toEntry(atMs: number, incoming: IncomingMessage, url: URL): StripeRequest {
  const query = url.search.slice(1);
  return { atMs, method: incoming.method ?? 'GET', path: url.pathname, query, status: null };
}

function answerOrError(
  deps: ApiDeps & { secretKey: string },
  incoming: IncomingMessage,
  url: URL,
): { status: number; body: object } {
  try {
    if (!hasKey(incoming.headers.authorization, deps.secretKey)) throw wrongKey();
    if (deps.faults.api500) throw broken();
    if (deps.faults.api429) throw tooMany();
    if (deps.faults.api403) throw forbidden();
    const query = readQuery(url.searchParams);
    return { status: 200, body: answerRequest(deps, incoming.method ?? 'GET', url.pathname, query) };
  } catch (error) {
    const known = error instanceof ApiError ? error : broken();
    return { status: known.status, body: { error: known.error } };
  }
}

function hasKey(authorization: string | undefined, secretKey: string): boolean {
  const basic = Buffer.from(`${secretKey}:`).toString('base64');
  return authorization === `Bearer ${secretKey}` || authorization === `Basic ${basic}`;
}
