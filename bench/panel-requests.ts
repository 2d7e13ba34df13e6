import { randomUUID } from 'node:crypto';
import { startPanel } from '../sandbox/panel/start-panel.ts';
import { startWorld, until, WEBHOOK_SECRET, type World } from '../sandbox/world.ts';
import { createClock } from '../src/lib/clock.ts';
import { purchaseIdOf } from '../src/orders/ids.ts';
import { type Buyer, post, signedEvent } from './events.ts';
import type { Found } from './figures.ts';
import { addNodes, addNodesToSite } from './more-nodes.ts';
import { provisionPlainly } from './plain-provisioning.ts';
import { MOST, type Runs, runSizes } from './request-runs.ts';
import { figuresOf, printRoutes, printTotals } from './request-tables.ts';

const INSTALL_MS = 45_000;
/** The most requests a purchase at the largest size. */
const AIMS = { new: 2.5, returning: 1.5 };
/** Ours is the whole product with its database and takes real time for it; the plain way is only its requests, so its time may run faster. */
const OUR_FACTOR = 5;
const PLAIN_FACTOR = 25;
/** Ours spreads its requests, and has a burst again after that; the plain way uses a minute's up and waits for the next. */
const OUR_REST_MS = 25_000;
const PLAIN_REST_MS = 60_000;
/** Real time does not shrink with the clock's: time-outs as long as in production would be a second here. */
const TIMINGS = { quickDatabaseMs: 30_000, databaseMs: 60_000, hintMs: 10_000 };

/** Panel requests per purchase, from the first event to the last server ready: everything that reaches the panel, chores included. */
export async function panelRequests(): Promise<Found> {
  const plain = await runPlain();
  const ours = await runOurs();
  printTotals(
    plain,
    ours,
    `panel-requests: requests to the panel per purchase until all are installed, ${INSTALL_MS / 1000} s each`,
  );
  printRoutes(plain, ours);
  const missed = Object.entries(AIMS).flatMap(([buyers, aim]) => {
    const { perPurchase } = ours.get(`${MOST}, ${buyers}`)!;
    return perPurchase <= aim ? [] : [`panel-requests: ${perPurchase} for ${buyers} buyers, at most ${aim}`];
  });
  return { figures: { ...figuresOf('plain', plain), ...figuresOf('ours', ours) }, missed };
}

async function runOurs(): Promise<Runs> {
  const world = await startWorld({
    factor: OUR_FACTOR,
    direct: true,
    installMs: INSTALL_MS,
    timings: TIMINGS,
  });
  try {
    await addNodesToSite(world);
    await world.bot.start();
    const { panel, clock } = world;
    return await runSizes({ panel, clock, restMs: OUR_REST_MS, buy: (buyers) => buyAll(world, buyers) });
  } finally {
    await world.stop();
  }
}

async function buyAll(world: World, buyers: Buyer[]): Promise<void> {
  const events = buyers.map((buyer) => signedEvent(WEBHOOK_SECRET, world.clock.now(), 'game', buyer));
  await Promise.all(events.map((event) => post(`${world.botUrl}/stripe-webhook`, event)));
  const ids = events.map((event) => purchaseIdOf(event.sessionId));
  const isDone = async () => {
    await world.clock.sleep(500);
    const [row] = await world.database`select count(*)::integer as ready from orderly_purchases
      where id in ${world.database(ids)} and install = 'ready'`;
    return row?.ready === ids.length;
  };
  await until(`${ids.length} servers are ready`, isDone, 120_000);
}

async function runPlain(): Promise<Runs> {
  const clock = createClock(PLAIN_FACTOR);
  const apiKey = 'ptla_plain_0123456789';
  const panel = await startPanel({ clock, apiKey, installMs: INSTALL_MS });
  try {
    addNodes(panel);
    const buyOne = (buyer: Buyer) =>
      provisionPlainly({ url: panel.url, apiKey, clock }, { id: randomUUID(), buyer });
    const buy = (buyers: Buyer[]) => Promise.all(buyers.map(buyOne));
    return await runSizes({ panel, clock, restMs: PLAIN_REST_MS, buy });
  } finally {
    await panel.stop();
  }
}
