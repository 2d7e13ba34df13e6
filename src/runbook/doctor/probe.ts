import { z } from 'zod';
import { AnswerTooLargeError, boundedFetch } from '../../lib/bounded-fetch.ts';
import type { Clock } from '../../lib/clock.ts';
import { toError } from '../../lib/failure.ts';

/** A whole answer. `sentAtMs` and `takenMs` are of our clock. `json` is undefined when the body is none. */
export type Answer = {
  kind: 'answer';
  status: number;
  headers: Headers;
  json: unknown;
  sentAtMs: number;
  takenMs: number;
};
/** No answer, and why, in words. `code` is the system's or the TLS library's own. */
export type Silence = { kind: 'silence'; reason: string; code: string | null };
export type Reply = Answer | Silence;

export type ProbeRequest = {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
};
/** Asks once, and again within its time where it is told to wait a moment (429). No redirect, and it never throws. */
export type Probe = (request: ProbeRequest) => Promise<Reply>;

const causeSchema = z.object({ code: z.string() });
const WORDS: Record<string, string> = {
  ECONNREFUSED: 'the connection is refused',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
};

/** More than any answer that is looked at has. */
const MOST_MIB = 8;
/** Whoever says 429 without end is not asked without end. */
const MOST_WAITS = 3;
/** All that was told to wait at once must not come again at once. */
const JITTER_MS = 250;

/**
 * @param timeoutMs over connecting, headers and body of one request, and the waits between.
 * @param random from 0 to 1.
 */
export function createProbe(clock: Clock, timeoutMs: number, random: () => number = Math.random): Probe {
  const bounded = boundedFetch(MOST_MIB);
  const probe = async (request: ProbeRequest, endMs: number, waits = 0): Promise<Reply> => {
    const { url, method = 'GET', headers = {}, body } = request;
    const sentAtMs = clock.now();
    const signal = clock.timeout(endMs - sentAtMs);
    try {
      const init = { method, headers, redirect: 'manual' as const, signal };
      const response = await bounded(url, body === undefined ? init : { ...init, body });
      const json = parseJson(await response.text());
      const { status } = response;
      const waitMs = status === 429 ? waitOf(response.headers) + random() * JITTER_MS : Number.NaN;
      if (waits < MOST_WAITS && clock.now() + waitMs < endMs) {
        await clock.sleep(waitMs);
        return await probe(request, endMs, waits + 1);
      }
      return {
        ...{ kind: 'answer', status, headers: response.headers, json },
        ...{ sentAtMs, takenMs: clock.now() - sentAtMs },
      };
    } catch (thrown) {
      if (signal.aborted) {
        return { kind: 'silence', reason: `no answer within ${timeoutMs / 1000} seconds`, code: null };
      }
      return silenceOf(toError(thrown));
    }
  };
  return (request) => probe(request, clock.now() + timeoutMs);
}

/** In milliseconds, with a little more than was asked for; not a number when nothing was. */
function waitOf(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') || Number.NaN);
  return Math.max(0, seconds) * 1000 + 50;
}

/** Only the code of an error that is not ours: its message may quote the address, or a header. */
function silenceOf(error: Error): Silence {
  if (error instanceof AnswerTooLargeError) return { kind: 'silence', reason: error.message, code: null };
  const code = causeSchema.safeParse(error.cause).data?.code ?? null;
  const said = code === null ? error.name : (WORDS[code] ?? code);
  return { kind: 'silence', reason: said, code };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
