import { fuzzHttp } from './http.ts';
import { MESSAGES } from './messages.ts';
import { PARSERS } from './parsers.ts';

/** One kind of input: how many, and what is wrong, or null. */
export type Fuzzed = { name: string; runs: number; wrong: string | null; note?: string };

const HTTP_SHARE = 5;

/** So many inputs in all, the same for the same seed: to every parser, every message, and the HTTP server. */
export async function* fuzz(seed: number, runs: number): AsyncGenerator<Fuzzed> {
  const properties = [...PARSERS, ...MESSAGES];
  const whole = properties.reduce((sum, { share }) => sum + share, HTTP_SHARE);
  const runsOf = (share: number) => Math.ceil((runs * share) / whole);
  for (const { name, share, run } of properties)
    yield { name, runs: runsOf(share), wrong: run(seed, runsOf(share)) };
  const { wrong, statuses } = await fuzzHttp(seed, runsOf(HTTP_SHARE));
  yield {
    name: 'a call of the HTTP server',
    runs: runsOf(HTTP_SHARE),
    wrong,
    note: JSON.stringify(statuses),
  };
}
