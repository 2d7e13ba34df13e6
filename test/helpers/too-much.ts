import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

const MIB = 1024 * 1024;
const PIECE = Buffer.alloc(MIB, '"');

/** A server that answers each request with JSON that never ends, for the duration of a test. `closed`: the first reader hung up. */
export async function serveTooMuch(): Promise<{
  url: string;
  closed: Promise<void>;
  sentMiB: () => number;
  asked: () => number;
}> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let sent = 0;
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    const pour = () => {
      while (!response.destroyed) {
        sent += 1;
        if (!response.write(PIECE)) return void response.once('drain', pour);
      }
    };
    response.on('close', resolve);
    pour();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, closed, sentMiB: () => sent, asked: () => asked };
}
