import { startWorld } from '../sandbox/world.ts';
import { createBareHop } from './bare-hop.ts';
import { startEngineAlone, type Trip } from './engine-alone.ts';
import { newBuyer } from './events.ts';
import { type Found, percentile, printTable, rounded } from './figures.ts';
import { addNodesToSite } from './more-nodes.ts';

const PURCHASES = 120;
/** Not counted: the panel user, egg and snapshot are asked for, and code is compiled. */
const WARM_UP = 15;
/** The panel takes 240 requests a minute, and ours keeps to a little less. */
const APART_MS = 350;

/** From a hint to the create request at the panel, beside a bare hop through BullMQ on the same Redis, in turns, one at a time. */
export async function overhead(): Promise<Found> {
  const world = await startWorld({ direct: true, installMs: 1_000 });
  const engine = startEngineAlone(world);
  const bare = createBareHop(world.redis.url);
  try {
    await addNodesToSite(world);
    const buyer = newBuyer();
    const trips: Trip[] = [];
    const hops: number[] = [];
    for (let count = 0; count < WARM_UP + PURCHASES; count += 1) {
      const hop = await bare.hop();
      const trip = await engine.buy(buyer);
      if (count >= WARM_UP) {
        hops.push(hop);
        trips.push(trip);
      }
      await world.clock.sleep(APART_MS);
    }
    return report(hops, trips);
  } finally {
    await bare.close();
    await engine.stop();
    await world.stop();
  }
}

function report(hops: number[], trips: Trip[]): Found {
  const part = (of: (trip: Trip) => number) => trips.map(of);
  const total = part((trip) => trip.total);
  const calls = part((trip) => trip.calls);
  const database = part((trip) => trip.database);
  const ratio = (share: number) => rounded(percentile(total, share) / percentile(hops, share), 1);
  printTable(
    `overhead: ${PURCHASES} purchases of a returning buyer, egg and snapshot kept, from the hint to the panel's create request`,
    [
      ['', 'p50 ms', 'p99 ms'],
      row('bare BullMQ: added to called', hops),
      row('Orderly: hint to create request', total),
      ['ratio', ratio(0.5), ratio(0.99)],
      row(
        'of it: through the queue',
        part((trip) => trip.queue),
      ),
      row(`of it: ${percentile(calls, 0.5)} database calls`, database),
      row(
        'of it: the rest',
        part((trip) => trip.total - trip.queue - trip.database),
      ),
    ],
  );
  const figures = { ...pair('bare', hops), ...pair('ours', total), ...pair('database', database) };
  return { figures, missed: [] };
}

function row(name: string, values: number[]): (string | number)[] {
  return [name, rounded(percentile(values, 0.5)), rounded(percentile(values, 0.99))];
}

function pair(name: string, values: number[]): Record<string, number> {
  const [, p50, p99] = row(name, values);
  return { [`${name}_p50_ms`]: Number(p50), [`${name}_p99_ms`]: Number(p99) };
}
