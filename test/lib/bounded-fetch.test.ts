import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { AnswerTooLargeError, boundedFetch } from '../../src/lib/bounded-fetch.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createProbe } from '../../src/runbook/doctor/probe.ts';
import { createCall } from '../../src/store/call.ts';
import { serveTooMuch } from '../helpers/too-much.ts';

const MIB = 1024 * 1024;

async function serve(body: Buffer, headers: Record<string, string> = {}): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(201, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it('an answer that is as large as it may be is read as it came', async () => {
  const body = Buffer.alloc(MIB, 'a');
  const response = await boundedFetch(1)(await serve(body, { 'x-kept': 'yes' }));
  expect(response.status).toBe(201);
  expect(response.headers.get('x-kept')).toBe('yes');
  expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
});

it('one byte more is an error that says how much it may be', async () => {
  const response = await boundedFetch(1)(await serve(Buffer.alloc(MIB + 1, 'a')));
  const reading = response.text();
  await expect(reading).rejects.toThrow(AnswerTooLargeError);
  await expect(reading).rejects.toThrow('answer larger than 1 MiB');
});

it('what is small on the wire and large when it is unpacked is too large', async () => {
  const packed = gzipSync(Buffer.alloc(2 * MIB, 'a'));
  expect(packed.byteLength).toBeLessThan(MIB);
  const response = await boundedFetch(1)(await serve(packed, { 'content-encoding': 'gzip' }));
  await expect(response.text()).rejects.toThrow('answer larger than 1 MiB');
});

it('one without a body stays one', async () => {
  const server = createServer((_request, response) => response.writeHead(204).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const response = await boundedFetch(1)(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect([response.status, await response.text()]).toEqual([204, '']);
});

it('of a server that never stops sending no more is read, and its connection is closed', async () => {
  const { url, closed, sentMiB } = await serveTooMuch();
  await expect((await boundedFetch(1)(url)).text()).rejects.toThrow('answer larger than 1 MiB');
  await closed;
  expect(sentMiB()).toBeLessThan(16);
});

it('the database may say 32 MiB', async () => {
  const { url, closed } = await serveTooMuch();
  const call = createCall({ url, serviceKey: 'key', clock: systemClock });
  const asked = call('orderly_health', {}, z.unknown(), 60_000);
  await expect(asked).rejects.toMatchObject({ name: 'StoreError' });
  await expect(asked).rejects.toThrow('answer larger than 32 MiB');
  await closed;
});

it('the doctor reads 8 MiB', async () => {
  const { url, closed } = await serveTooMuch();
  const reason = 'answer larger than 8 MiB';
  expect(await createProbe(systemClock, 60_000)({ url })).toEqual({ kind: 'silence', reason, code: null });
  await closed;
});
