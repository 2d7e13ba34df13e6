import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const folder = new URL('../fixtures/panel/', import.meta.url);

const request = z.object({
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.union([z.string(), z.number()])),
  body: z.unknown().optional(),
});
const response = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
});
const exchange = z.object({ request, response });

export type RecordedRequest = z.output<typeof request>;
export type RecordedResponse = z.output<typeof response>;

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
}

/** The names of all recordings, without `.json`. */
export function recordingNames(): string[] {
  return readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
}

/** A recording of one request and its response. */
export function recording(name: string) {
  return exchange.parse(read(name));
}

/** A recording of requests sent at the same time. */
export function recordedRace(name: string) {
  return z.object({ results: z.array(exchange) }).parse(read(name)).results;
}

/** What was answered at one moment of a recording of several. */
export function recordedMoment(name: string, moment: string): RecordedResponse {
  return z
    .record(z.string(), z.unknown())
    .transform((all) => response.parse(all[moment]))
    .parse(read(name));
}

/** Everything that a recording answers, with what was asked where that was recorded too; `key` is `name` or `name#moment`. */
export function recordedAnswers(
  name: string,
): { key: string; request: RecordedRequest | null; response: RecordedResponse }[] {
  const all = z.record(z.string(), z.unknown()).parse(read(name));
  if (all.response !== undefined) return [{ key: name, ...exchange.parse(all) }];
  if (all.results !== undefined) {
    return recordedRace(name).map((raced, index) => ({ key: `${name}#${index}`, ...raced }));
  }
  return Object.entries(all).flatMap(([moment, value]) => {
    const answer = response.safeParse(value);
    return answer.success ? [{ key: `${name}#${moment}`, request: null, response: answer.data }] : [];
  });
}

/** Sends a recorded request, with its own Accept and Authorization, to a panel. */
export async function replay(url: string, recorded: RecordedRequest, signal: AbortSignal | null = null) {
  const { accept, authorization } = recorded.headers;
  const { body } = recorded;
  const reply = await fetch(url + recorded.path, {
    method: recorded.method,
    headers: {
      ...(accept ? { accept: String(accept) } : {}),
      ...(authorization ? { authorization: String(authorization) } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    redirect: 'manual',
    signal,
  });
  const text = await reply.text();
  const isJson = reply.headers.get('content-type')?.startsWith('application/json');
  const parsed: unknown = isJson ? JSON.parse(text) : text;
  return { status: reply.status, headers: Object.fromEntries(reply.headers), body: parsed };
}
