import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { toError } from '../../src/lib/failure.ts';
import type { World } from '../world.ts';
import { act } from './actions.ts';
import { PEOPLE, pageState } from './state.ts';

export type Page = { url: string; stop(): Promise<void> };

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
/** What the browser may load: every script and style beside this file. */
const FILES: Record<string, [file: string, type: string]> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  ...Object.fromEntries(
    readdirSync(new URL('.', import.meta.url))
      .filter((name) => /\.(js|css)$/.test(name))
      .map((name) => [`/${name}`, [name, name.endsWith('.js') ? SCRIPT : STYLE]]),
  ),
};
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
const MOST_BODY = 64 * 1024;

/** Serves the channel and the switches on loopback, on the wanted port or the next free one. */
export async function startPage(world: World, wantedPort: number): Promise<Page> {
  const listeners = new Set<ServerResponse>();
  const tell = () => {
    for (const listener of listeners) listener.write('data: changed\n\n');
  };
  const unsubscribe = world.discord.subscribe(tell);
  // The database and the panel tell nobody when they change.
  const timer = setInterval(tell, 1_000);
  const server = createServer((request, response) => {
    serve(world, { listeners, tell }, request, response).catch((thrown: unknown) => {
      send(response, 400, { error: toError(thrown).message });
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
  { listeners, tell }: { listeners: Set<ServerResponse>; tell: () => void },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A foreign page can reach a loopback port under a name of its own; it gets nothing.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
    return send(response, 403, { error: 'open the page by its address on this machine' });
  }
  const url = new URL(request.url ?? '/', 'http://page');
  const file = FILES[url.pathname];
  if (file) {
    const bytes = readFileSync(new URL(file[0], import.meta.url));
    // Pictures of messages come from the simulated Discord, as they would from its own host.
    const images = `'self' data: ${new URL(world.discord.url).origin}`;
    const policy = `default-src 'self'; img-src ${images}; frame-ancestors 'none'`;
    return void response
      .writeHead(200, { ...HEADERS, 'content-security-policy': policy, 'content-type': file[1] })
      .end(bytes);
  }
  if (url.pathname === '/events') {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    response.write('data: hello\n\n');
    listeners.add(response);
    return void request.on('close', () => listeners.delete(response));
  }
  if (url.pathname === '/state') {
    const person = PEOPLE.find((name) => name === url.searchParams.get('person')) ?? 'anna';
    return send(response, 200, await pageState(world, person));
  }
  // A page of another origin can't send JSON without asking first, and is not answered.
  const isJson = request.headers['content-type'] === 'application/json';
  if (url.pathname === '/do' && request.method === 'POST' && isJson) {
    const answer = await act(world, JSON.parse(await read(request)));
    send(response, 200, answer);
    return tell();
  }
  send(response, 404, { error: 'there is nothing here' });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { ...HEADERS, 'content-type': 'application/json' })
    .end(JSON.stringify(body ?? {}));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Port 0 is any free one; another one, or the first free of the twenty from it on. */
async function listen(server: Server, wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 20 && port <= 65_535; port += 1) {
    const isTaken = await new Promise<boolean>((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException) => {
        server.off('listening', onListening);
        if (error.code === 'EADDRINUSE') resolve(true);
        else reject(error);
      };
      const onListening = () => {
        server.off('error', onError);
        resolve(false);
      };
      server.once('error', onError).once('listening', onListening).listen(port, '127.0.0.1');
    });
    const address = server.address();
    if (!isTaken && address !== null && typeof address === 'object') return address.port;
  }
  throw new Error(`no free port from ${wanted} on; name another with --port`);
}
