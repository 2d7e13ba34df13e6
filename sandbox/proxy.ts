import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { freePort } from './embedded/child.ts';

export type ProxyMoment = {
  method: string;
  path: string;
  when: 'before' | 'after';
  /** What was sent. */
  body: string;
  /** What the database answered; null before it has. */
  answer: string | null;
};
export type ProxyHook = (moment: ProxyMoment) => void | Promise<void>;

/** Stands before the database's HTTP layer, so that it can be cut off, and watched between any two steps. */
export type DatabaseProxy = {
  url: string;
  /** `readOnly`: what would write is refused, as by a standby or a project that is over its quota. */
  faults: { down: boolean; slowMs: number; readOnly: boolean };
  onRequest(hook: ProxyHook): () => void;
  stop(): Promise<void>;
};

/**
 * @param target where requests go on to, on loopback.
 * @param reads names of the database's functions that write nothing, which a read-only database still runs.
 */
export async function startProxy(
  target: string,
  sleep: (ms: number) => Promise<void>,
  reads: ReadonlySet<string> = new Set(),
): Promise<DatabaseProxy> {
  const port = await freePort();
  const hooks = new Set<ProxyHook>();
  const faults = { down: false, slowMs: 0, readOnly: false };
  const tell = async (moment: ProxyMoment) => {
    for (const hook of hooks) await hook(moment);
  };
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const seen = { method: incoming.method ?? 'GET', path: incoming.url ?? '/' };
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (faults.slowMs > 0) await sleep(faults.slowMs);
    const body = Buffer.concat(chunks);
    const moment = { ...seen, body: body.toString() };
    await tell({ ...moment, when: 'before', answer: null });
    if (faults.down) return void incoming.socket.destroy();
    if (faults.readOnly && writes(seen, reads)) {
      return void outgoing.writeHead(405, { 'content-type': 'application/json' }).end(READ_ONLY);
    }
    const answer = await forward(target, incoming, body);
    await tell({ ...moment, when: 'after', answer: answer.body.toString() });
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    onRequest: (hook) => {
      hooks.add(hook);
      return () => hooks.delete(hook);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** How PostgREST words PostgreSQL's refusal. */
const READ_ONLY = JSON.stringify({
  code: '25006',
  details: null,
  hint: null,
  message: 'cannot execute UPDATE in a read-only transaction',
});

function writes({ method, path }: { method: string; path: string }, reads: ReadonlySet<string>): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const [, name] = /\/rpc\/(\w+)/.exec(path) ?? [];
  return name === undefined || !reads.has(name);
}

type Answer = { status: number; headers: IncomingMessage['headers']; body: Buffer };

function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const onward = request(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method, headers },
      async (reply) => {
        const chunks: Buffer[] = [];
        for await (const chunk of reply) chunks.push(chunk as Buffer);
        const { connection: _gone, 'transfer-encoding': _chunked, ...kept } = reply.headers;
        resolve({ status: reply.statusCode ?? 502, headers: kept, body: Buffer.concat(chunks) });
      },
    );
    onward.on('error', reject);
    onward.end(body);
  });
}
