import { createServer, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Clock } from '../src/lib/clock.ts';
import { freePort } from './embedded/child.ts';

const pageSchema = z.strictObject({
  text: z.string(),
  content: z.string(),
  summary: z.string(),
  severity: z.enum(['critical', 'info']),
  source: z.literal('orderly'),
  dedup_key: z.string(),
  at: z.iso.datetime(),
});
export type ReceivedPage = z.infer<typeof pageSchema>;

export type ReceiverFault = 'error' | 'hang' | 'cut';

/** What listens to the heartbeat and to the pager; it keeps what it took. */
export type Receiver = {
  heartbeatUrl: string;
  pagerUrl: string;
  /** In the addresses; must be in no log. */
  secret: string;
  /** When each beat came, in milliseconds of the clock. */
  beats: number[];
  pages: ReceivedPage[];
  /** How many pages came and were not taken. */
  refusals: number;
  /** `error` answers 500, `hang` nothing, `cut` ends the connection. */
  faults: { heartbeat: ReceiverFault | null; pager: ReceiverFault | null };
  stop(): Promise<void>;
};

const SECRET = 'sandbox-token-0123456789';

/** A small HTTP server on loopback, in place of a dead man's switch and of a pager. */
export async function startReceiver(clock: Clock): Promise<Receiver> {
  const port = await freePort();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = `${request.method} ${request.url}`;
    const isBeat = call === `GET /beat/${SECRET}`;
    if (!isBeat && call !== `POST /page?token=${SECRET}`) return void response.writeHead(404).end();
    const fault = receiver.faults[isBeat ? 'heartbeat' : 'pager'];
    if (fault !== null && !isBeat) receiver.refusals += 1;
    if (fault !== null) return refuse(fault, response);
    if (isBeat) receiver.beats.push(clock.now());
    else receiver.pages.push(pageSchema.parse(JSON.parse(Buffer.concat(chunks).toString())));
    response.writeHead(202).end('taken');
  });
  const receiver: Receiver = {
    heartbeatUrl: `http://127.0.0.1:${port}/beat/${SECRET}`,
    pagerUrl: `http://127.0.0.1:${port}/page?token=${SECRET}`,
    secret: SECRET,
    beats: [],
    pages: [],
    refusals: 0,
    faults: { heartbeat: null, pager: null },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return receiver;
}

function refuse(fault: ReceiverFault, response: ServerResponse): void {
  if (fault === 'error') response.writeHead(500).end('no');
  if (fault === 'cut') response.destroy();
}
