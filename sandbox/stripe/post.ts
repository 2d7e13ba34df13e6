import { request } from 'node:http';

export type Posted = { status: number; error: null } | { status: null; error: string };

/** The sandbox must never reach a real service, whatever address it is given. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * One POST over a connection of its own, so that a kept-alive socket which the receiver is just closing can't fail it.
 *
 * @returns the status once the whole answer arrived, else why there was none. Never rejects; redirects are not followed.
 */
export function post(
  url: string,
  headers: Record<string, string>,
  body: Buffer,
  signal: AbortSignal,
): Promise<Posted> {
  const target = URL.parse(url);
  if (target === null || target.protocol !== 'http:' || !LOOPBACK.has(target.hostname)) {
    return Promise.resolve({ status: null, error: 'the endpoint is not a loopback http address' });
  }
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ status: null, error: describe(error) });
    const sent = request(target, { method: 'POST', agent: false, headers, signal }, (answer) => {
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, error: null }));
      answer.on('error', fail);
      answer.resume();
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

function describe(error: Error): string {
  if (error.name === 'AbortError') return 'no answer in time';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
