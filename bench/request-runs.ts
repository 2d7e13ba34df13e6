import type { LoggedRequest } from '../sandbox/panel/start-panel.ts';
import type { Clock } from '../src/lib/clock.ts';
import { type Buyer, newBuyer } from './events.ts';
import { rounded } from './figures.ts';

/** `seconds` are the clock's; `refused` were answered 429, and count as requests too. */
export type Run = { perPurchase: number; refused: number; seconds: number; routes: Map<string, number> };
/** By "size, new" and "size, returning". */
export type Runs = Map<string, Run>;

const SIZES = [1, 10, 100];
export const MOST = Math.max(...SIZES);

/** The product, or the plain way; `buy` ends when all servers are ready. Between two runs it rests, until its requests are not limited by those before. */
export type Side = {
  panel: { readonly requests: LoggedRequest[] };
  clock: Clock;
  restMs: number;
  buy: (buyers: Buyer[]) => Promise<unknown>;
};

/** Each size with buyers that are new, then once more with the same ones. */
export async function runSizes({ panel, clock, restMs, buy }: Side): Promise<Runs> {
  const runs: Runs = new Map();
  for (const size of SIZES) {
    const buyers = Array.from({ length: size }, newBuyer);
    for (const kind of ['new', 'returning']) {
      await clock.sleep(restMs);
      const beganMs = clock.now();
      await buy(buyers);
      const endedMs = clock.now();
      const made = panel.requests.filter(({ atMs }) => atMs >= beganMs && atMs <= endedMs);
      runs.set(`${size}, ${kind}`, summaryOf(made, size, (endedMs - beganMs) / 1000));
    }
  }
  return runs;
}

function summaryOf(made: LoggedRequest[], size: number, seconds: number): Run {
  const routes = new Map<string, number>();
  for (const { method, path } of made) {
    const route = `${method} ${shapeOf(path)}`;
    routes.set(route, (routes.get(route) ?? 0) + 1);
  }
  return {
    perPurchase: rounded(made.length / size, 2),
    refused: made.filter(({ status }) => status === 429).length,
    seconds: rounded(seconds, 0),
    routes,
  };
}

/** The path below the API, without query and ids. */
function shapeOf(path: string): string {
  const [way = ''] = path.replace('/api/application', '').split('?');
  return way.replaceAll(/\/external\/[^/]+/g, '/external/…').replaceAll(/\/\d+/g, '/…');
}
