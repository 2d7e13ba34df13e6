import { startWorld, until, WEBHOOK_SECRET } from '../sandbox/world.ts';
import { purchaseIdOf } from '../src/orders/ids.ts';
import { post, signedEvent } from './events.ts';
import { type Found, percentile, printTable, rounded } from './figures.ts';

const PURCHASES = 25;
/** Discord takes five new messages in five seconds: slower than that, so that the figure is ours and not the limit's. */
const APART_MS = 1_500;

/** From the acknowledged event to the panel's create request and to the first Discord call, at a steady pace. */
export async function latency(): Promise<Found> {
  const world = await startWorld({ direct: true });
  try {
    await world.bot.start();
    const created = new Map<string, number>();
    const shown = new Map<string, number>();
    world.panel.onRequest(({ method, path, body, when }) => {
      const id = /"external_id":"([^"]+)"/.exec(JSON.stringify(body))?.[1];
      if (when === 'before' && method === 'POST' && path.includes('/servers') && id)
        created.set(id, performance.now());
    });
    world.discord.onRequest(({ method, path, body, when }) => {
      const id = /inspect:([^:]+):/.exec(JSON.stringify(body))?.[1];
      if (when === 'before' && method === 'POST' && path.endsWith('/messages') && id)
        shown.set(id, performance.now());
    });
    const acknowledged = new Map<string, number>();
    for (let count = 0; count < PURCHASES; count += 1) {
      const event = signedEvent(WEBHOOK_SECRET, Date.now(), 'game');
      await post(`${world.botUrl}/stripe-webhook`, event);
      acknowledged.set(purchaseIdOf(event.sessionId), performance.now());
      await world.clock.sleep(APART_MS);
    }
    await until(
      'all are created and shown',
      () => created.size === PURCHASES && shown.size === PURCHASES,
      60_000,
    );
    const since = (times: Map<string, number>) =>
      [...acknowledged].map(([id, at]) => (times.get(id) ?? Number.NaN) - at);
    const toCreate = since(created);
    const toShow = since(shown);
    printTable(
      `latency: ${PURCHASES} purchases, one every ${APART_MS} ms, new buyers, from the acknowledged event`,
      [
        ['', 'p50 ms', 'p99 ms'],
        [
          "to the panel's create request",
          rounded(percentile(toCreate, 0.5)),
          rounded(percentile(toCreate, 0.99)),
        ],
        ['to the first Discord call', rounded(percentile(toShow, 0.5)), rounded(percentile(toShow, 0.99))],
      ],
    );
    const figures = {
      create_p50_ms: rounded(percentile(toCreate, 0.5)),
      create_p99_ms: rounded(percentile(toCreate, 0.99)),
      discord_p50_ms: rounded(percentile(toShow, 0.5)),
      discord_p99_ms: rounded(percentile(toShow, 0.99)),
    };
    return { figures, missed: [] };
  } finally {
    await world.stop();
  }
}
