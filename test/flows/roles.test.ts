import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { BotProcess } from '../../sandbox/bot.ts';
import { until, type World } from '../../sandbox/world.ts';
import { pass } from '../helpers/pass.ts';
import { alerts, buy, purchaseOf, type Sale, sell, serversOf, untilReady } from '../helpers/purchases.ts';
import { CREATE, command } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const BEAT_MS = 5_000;
const PER_MINUTE = 60;
const held = useWorld({
  factor: 12,
  hasPager: true,
  startBot: false,
  installMs: 500,
  env: { PANEL_REQUESTS_PER_MINUTE: String(PER_MINUTE) },
  timings: {
    heartbeatMs: BEAT_MS,
    // Nobody waits for a lease to run out in here, or for the panel's time to be up: they are not.
    leaseMs: 1e9,
    panelMs: 1e9,
    drainMs: 4_000,
    // On a busy machine a call that is given up would leave its order with that lease.
    databaseMs: 120_000,
    quickDatabaseMs: 60_000,
    undeliveredMs: 1e9,
    sessionsMs: 1e9,
    senderMs: 1e9,
    stockMs: 1e9,
    planCheckMs: 1e9,
    auditMs: 1e9,
  },
});
const NO_DISCORD = { DISCORD_TOKEN: '', DISCORD_GUILD_ID: '', DISCORD_CHANNEL_ID: '' };
const NO_SERVICES = { PANEL_API_KEY: '', PANEL_URL: '', STRIPE_SECRET_KEY: '' };
/** What each role is given: nothing of what only the others use. */
const LACKS = {
  webhook: { ...NO_DISCORD, ...NO_SERVICES, STRIPE_MODE: 'test' },
  worker: { ...NO_DISCORD, STRIPE_WEBHOOK_SECRET: '' },
  bot: { STRIPE_WEBHOOK_SECRET: '' },
};

let webhook: BotProcess;
let worker: BotProcess;
let otherWorker: BotProcess;
let bot: BotProcess;

beforeAll(async () => {
  const world = held.get();
  [webhook, worker, bot] = await Promise.all([
    world.start({ roles: 'webhook', isEndpoint: true, env: LACKS.webhook }),
    world.start({ roles: 'worker', env: LACKS.worker }),
    world.start({ roles: 'bot', env: LACKS.bot }),
  ]);
  otherWorker = await world.start({ roles: 'worker', env: LACKS.worker });
});

const readiness = async (process: BotProcess) => {
  const answer = await fetch(`${process.url()}/readyz`);
  return { status: answer.status, body: await answer.json() };
};

it('a purchase goes through processes of one role each, which have no settings of the others', async () => {
  const world = held.get();
  await untilReady(world, await buy(world));
  for (const process of [webhook, worker, otherWorker, bot]) {
    expect((await fetch(`${process.url()}/healthz`)).status).toBe(200);
    expect(await readiness(process)).toMatchObject({ status: 200, body: { status: 'ready', troubles: [] } });
  }
  expect(await command(world, 'anna', 'help', {})).toContain('Orderly');
});

it('only a webhook takes deliveries; another process says why not, and keeps no refusal of it', async () => {
  const world = held.get();
  for (const path of ['/stripe-webhook', '/servers-provision']) {
    const answer = await fetch(`${worker.url()}${path}`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ error: `${path} is not served here: ROLES has no webhook` });
  }
  expect(await world.database`select from orderly_refusals`).toHaveLength(0);
});

const gates: (() => void)[] = [];
afterEach(() => {
  for (const open of gates.splice(0)) open();
});

/** Requests of the panel that fit wait until the gate is opened. */
function holdPanel(world: World, method: string, path: RegExp) {
  const { promise: opened, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  const forget = world.panel.onRequest(async (request) => {
    if (request.when !== 'before' || request.method !== method || !path.test(request.path)) return;
    arrived += 1;
    await opened;
  });
  const open = () => {
    forget();
    resolve();
  };
  gates.push(open);
  return { arrived: () => arrived, open };
}

/** How many orders a process has the lease of. */
async function heldBy(world: World, pid: number | null): Promise<number> {
  const rows = await world.database`
    select from orderly_purchases where lease_until is not null and lease_holder like ${`%-${pid}-%`}`;
  return rows.length;
}

it.each([
  ['creates', 'POST', CREATE],
  ['the making of users', 'POST', /\/users(\?|$)/],
])(
  'a worker that is told to stop in the middle of %s keeps nothing: the other goes on, and each order has one server',
  async (_name, method, path) => {
    const world = held.get();
    const gate = holdPanel(world, method, path);
    const sales: Sale[] = [];
    for (let sold = 0; sold < 4; sold += 1)
      sales.push(await purchaseOf(world, (await sell(world)).sessionId));
    const stopped = await until('a worker holds some, and the panel is asked', async () => {
      for (const one of [worker, otherWorker])
        if (gate.arrived() > 0 && (await heldBy(world, one.pid())) > 0) return one;
      return null;
    });
    const pid = stopped.pid();
    const stopping = stopped.halt();
    await until('it keeps nothing', async () => (await heldBy(world, pid)) === 0);
    gate.open();
    await stopping;
    for (const sale of sales) await untilReady(world, sale, 30_000);
    for (const sale of sales) expect(serversOf(world, sale.id)).toHaveLength(1);
    expect(alerts(world)).toEqual([]);
    expect(await world.database`select detail from orderly_timeline where kind = 'failed'`).toHaveLength(0);
    await stopped.start();
  },
);

it('the heart beats on without one of two workers, and stops when the bot is dead everywhere', async () => {
  const world = held.get();
  const { beats } = world.receiver;
  const beating = async () => {
    const { length } = beats;
    await until('the heart beats', () => beats.length > length + 1);
  };
  await worker.halt();
  await beating();
  const log = () => readFileSync(otherWorker.logFile, 'utf8');
  // The worker may have said so before, of a bot that had not started yet.
  const saidBefore = log().length;
  await bot.kill();
  await until('it is seen that the bot is dead', () => log().slice(saidBefore).includes('"dead":["bot"]'));
  const { length } = beats;
  await pass(world, 3 * BEAT_MS);
  expect(beats.length).toBe(length);
  await Promise.all([bot.start(), worker.start()]);
  await beating();
});

it('several workers and people together ask the panel no more in any minute than it allows', async () => {
  const world = held.get();
  const from = world.panel.requests.length;
  const sold = await Promise.all(Array.from({ length: 25 }, () => sell(world)));
  await command(world, 'anna', 'doctor', {});
  for (const { sessionId } of sold) await untilReady(world, await purchaseOf(world, sessionId), 60_000);
  const times = world.panel.requests.slice(from).map(({ atMs }) => atMs);
  const inMinuteFrom = (startMs: number) =>
    times.filter((atMs) => atMs >= startMs && atMs < startMs + 60_000).length;
  expect(times.length).toBeGreaterThan(PER_MINUTE);
  expect(Math.max(...times.map(inMinuteFrom))).toBeLessThanOrEqual(PER_MINUTE);
}, 120_000);
