import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { HEADERS } from '../../src/webhook/headers.ts';
import { useWebhook } from '../helpers/webhook.ts';

const webhook = useWebhook();

/** What the server says to these bytes, until it closes the connection. */
function say(bytes: string): Promise<string> {
  const { port } = new URL(webhook.base());
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const request = (head: string, rest = '\r\n') =>
  `${head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${rest}`;
const post = (headers: string, body = '') =>
  request('POST /stripe-webhook', `${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
const JSON_TYPE = 'content-type: application/json\r\n';

const ANSWERS: [string, string, number][] = [
  ['a path of ours', request('GET /healthz'), 200],
  ['the same without its body', request('HEAD /healthz'), 200],
  ['a path that is not there', request('GET /nothing'), 404],
  ['another method', request('DELETE /stripe-webhook'), 405],
  ['no body', post(JSON_TYPE), 400],
  ['a wrong signature', post(`${JSON_TYPE}stripe-signature: t=1,v1=2\r\n`, '{}'), 400],
  ['another content type', post('content-type: text/plain\r\n', 'x'), 415],
  ['a body that is too large', post(JSON_TYPE, 'x'.repeat(300_000)), 413],
  ['no token', request('POST /servers-provision', `${JSON_TYPE}content-length: 2\r\n\r\n{}`), 401],
  ['a path that is no URL', request('GET /%zz'), 400],
  ['an expectation', request('GET /healthz', 'expect: the unexpected\r\n\r\n'), 200],
  ['what is no HTTP', 'hello\r\n\r\n', 400],
  [
    'two lengths',
    'POST /stripe-webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
    400,
  ],
  [
    'both kinds of length',
    'POST /stripe-webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
    400,
  ],
  ['headers without end', request('GET /healthz', `x: ${'y'.repeat(100_000)}\r\n\r\n`), 431],
];

describe('the answer to', () => {
  it.each(ANSWERS)(
    '%s has the security headers and tells nothing of the server',
    async (_name, bytes, status) => {
      const answer = await say(bytes);
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      const headers = new Map(
        head
          .split('\r\n')
          .slice(1)
          .map((line) => [line.split(': ')[0]!.toLowerCase(), line.slice(line.indexOf(': ') + 2)]),
      );
      for (const [name, value] of Object.entries(HEADERS))
        expect([name, headers.get(name)]).toEqual([name, value]);
      expect([...headers.keys()]).not.toEqual(expect.arrayContaining(['server']));
      expect([...headers.keys()]).not.toEqual(expect.arrayContaining(['x-powered-by']));
      expect(answer).not.toMatch(/fastify|FST_|node\.js|at \S+ \(|\.ts\b/i);
      if (body !== '' && status >= 400) expect(JSON.parse(body)).toEqual({ error: expect.any(String) });
    },
  );
});
