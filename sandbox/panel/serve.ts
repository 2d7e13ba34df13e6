import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PanelContext } from './context.ts';
import { deliver } from './deliver.ts';
import type { RawAnswer } from './pipeline.ts';

/** `path` has its query; `status` is null until, and unless, an answer is written. */
export type LoggedRequest = { atMs: number; method: string; path: string; status: number | null };

/** `body` is the parsed JSON, or the text when it is not JSON, or null without one. */
export type SeenRequest = { method: string; path: string; body: unknown; when: 'before' | 'after' };
export type RequestHook = (request: SeenRequest) => void | Promise<void>;

const KEPT_REQUESTS = 10_000;

export type Service = { panel: PanelContext; hooks: Set<RequestHook>; requests: LoggedRequest[] };

/** A caller that drops the connection does not stop the work: the request is processed to its end all the same. */
export async function serve(service: Service, request: IncomingMessage, response: ServerResponse) {
  const { panel, requests } = service;
  const { method = 'GET', url: path = '/' } = request;
  const logged: LoggedRequest = { atMs: panel.clock.now(), method, path, status: null };
  requests.push(logged);
  if (requests.length > KEPT_REQUESTS) requests.shift();
  const body = await readText(request);
  const url = new URL(path, panel.baseUrl());
  await callHooks(service, { method, path, body: parsed(body), when: 'before' });
  const { accept = '*/*', authorization = '' } = request.headers;
  const clientIp = request.socket.remoteAddress ?? '127.0.0.1';
  const result = await deliver(panel, { method, url, accept, authorization, clientIp, body }, () =>
    callHooks(service, { method, path, body: parsed(body), when: 'after' }),
  );
  if (result === null) return void request.socket.destroy();
  logged.status = result.status;
  write(response, result);
}

async function callHooks(service: Service, seen: SeenRequest) {
  for (const hook of service.hooks) await hook(seen);
}

function write(response: ServerResponse, { status, headers, text }: RawAnswer) {
  if (response.destroyed) return;
  // The Date header is the panel's own.
  response.sendDate = false;
  response.writeHead(status, { connection: 'close', ...headers });
  response.end(text);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
