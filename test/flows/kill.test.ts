import { expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { liveMessages, purchaseOf, row, sell, serversOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 15, timings: { leaseMs: 45_000 }, startBot: false });

type Place = {
  service: 'database' | 'panel' | 'discord';
  method?: string;
  path: RegExp;
  when: 'before' | 'after';
};
const rpc = (name: string, when: 'before' | 'after'): Place => ({
  service: 'database',
  path: new RegExp(`/rpc/${name}`),
  when,
});

const PLACES: [name: string, place: Place, nth?: number][] = [
  ['before the event is stored', rpc('orderly_ingest', 'before')],
  ['when the event is stored and Stripe has no answer yet', rpc('orderly_ingest', 'after')],
  ['when the worker has the hint and has not taken the order yet', rpc('orderly_claim$', 'before')],
  ['when the worker has just taken the order', rpc('orderly_claim$', 'after')],
  ['while the panel makes the user', { service: 'panel', method: 'POST', path: /\/users/, when: 'before' }],
  [
    'when the panel has the user and we do not know',
    { service: 'panel', method: 'POST', path: /\/users/, when: 'after' },
  ],
  ['when the port is reserved', rpc('orderly_step', 'after'), 2],
  ['when the intent to create is written and nothing is sent', rpc('orderly_step', 'after'), 3],
  [
    'while the panel makes the server',
    { service: 'panel', method: 'POST', path: /\/servers/, when: 'before' },
  ],
  [
    'when the panel has the server and we do not know',
    { service: 'panel', method: 'POST', path: /\/servers/, when: 'after' },
  ],
  ['before the outcome is written', rpc('orderly_finish', 'before')],
  ['when the outcome is written', rpc('orderly_finish', 'after')],
  [
    'when Discord has the message and we do not know',
    { service: 'discord', method: 'POST', path: /\/messages$/, when: 'after' },
  ],
  ['before the message is known to the database', rpc('orderly_shown', 'before'), 2],
];

it.each(PLACES)('a purchase ends right when the bot is killed %s', async (_name, place, nth = 1) => {
  const world = held.get();
  if (!world.bot.isRunning()) await world.bot.start();
  const killed = killAt(world, place, nth);
  const { sessionId } = await sell(world);
  await until('the bot is killed', () => killed.done());
  killed.forget();
  world.proxy.faults.down = false;
  await world.bot.start();
  const sale = await purchaseOf(world, sessionId);
  await untilReady(world, sale, 25_000);
  expect(serversOf(world, sale.id)).toHaveLength(1);
  expect(liveMessages(world, sale.id)).toHaveLength(1);
  expect(await row(world, sale.id)).toMatchObject({ failure_code: null, payment: 'paid' });
  const orders = await world.database`select status from orders where id::text = ${sale.id}`;
  expect(orders.map((order) => order.status)).toEqual(['provisioned']);
});

/** kill -9 of the whole bot from outside, at the nth request that fits. */
function killAt(world: World, place: Place, nth: number): { done(): boolean; forget(): void } {
  let seen = 0;
  let done = false;
  const service = { database: world.proxy, panel: world.panel, discord: world.discord }[place.service];
  const forget = service.onRequest(async (request: { method: string; path: string; when: string }) => {
    const fits = request.when === place.when && place.path.test(request.path.split('?')[0] ?? '');
    if (done || !fits || (place.method ?? request.method) !== request.method) return;
    seen += 1;
    if (seen < nth) return;
    // What was under way to the database does not get there.
    world.proxy.faults.down = place.service === 'database' && place.when === 'before';
    await world.bot.kill();
    done = true;
  });
  return { done: () => done, forget };
}
