import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { toError } from '../../src/lib/failure.ts';
import type { World } from '../world.ts';
import { act } from './actions.ts';
import { PEOPLE, pageState } from './state.ts';

export type Page = { url: string; stop(): Promise<void> };

const FILES: Record<string, [file: string, type: string]> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/markdown.js': ['markdown.js', 'text/javascript; charset=utf-8'],
  '/messages.js': ['messages.js', 'text/javascript; charset=utf-8'],
};

/** Serves the channel and the switches on loopback, on the wanted port or the next free one. */
export async function startPage(world: World, wantedPort: number): Promise<Page> {
  const listeners = new Set<ServerResponse>();
  const tell = () => {
    for (const listener of listeners) listener.write('data: changed\n\n');
  };
  const unsubscribe = world.discord.subscribe(tell);
  const timer = setInterval(tell, 1_000);
  const server = createServer((request, response) => {
    serve(world, listeners, request, response).then(tell, (thrown: unknown) => {
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: toError(thrown).message }));
    });
  });
  const port = await listen(server, wantedPort);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      clearInterval(timer);
      unsubscribe();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(
  world: World,
  listeners: Set<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://page');
  const file = FILES[url.pathname];
  if (file)
    return void response
      .writeHead(200, { 'content-type': file[1] })
      .end(readFileSync(new URL(file[0], import.meta.url)));
  if (url.pathname === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('data: hello\n\n');
    listeners.add(response);
    return void request.on('close', () => listeners.delete(response));
  }
  if (url.pathname === '/state') {
    const person = PEOPLE.find((name) => name === url.searchParams.get('person')) ?? 'anna';
    return send(response, await pageState(world, person));
  }
  // A page of another origin can't send JSON without asking first, and is not answered.
  if (
    url.pathname === '/do' &&
    request.method === 'POST' &&
    request.headers['content-type'] === 'application/json'
  ) {
    return send(response, await act(world, JSON.parse(await read(request))));
  }
  response.writeHead(404).end();
}

function send(response: ServerResponse, body: unknown): void {
  response
    .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body ?? {}));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  const tryPort = (candidate: number) =>
    new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(candidate, '127.0.0.1', () => resolve(true));
    });
  for (let candidate = port; candidate < port + 20; candidate += 1) {
    if (await tryPort(candidate)) {
      const address = server.address();
      return typeof address === 'object' && address ? address.port : candidate;
    }
  }
  throw new Error(`no free port from ${port} on; name another with --port`);
}
