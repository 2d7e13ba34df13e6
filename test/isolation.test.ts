import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from '../sandbox/world.ts';
import { buy, untilReady } from './helpers/purchases.ts';
import { sharedPostgres } from './helpers/world.ts';

let touched = 0;
const tripwire = createServer((socket) => {
  touched += 1;
  socket.destroy();
});
let world: World;
const before = { ...process.env };

beforeAll(async () => {
  await new Promise<void>((resolve) => tripwire.listen(0, '127.0.0.1', resolve));
  const address = tripwire.address();
  const there = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  Object.assign(process.env, {
    SUPABASE_URL: `http://${there}`,
    SUPABASE_DB_URL: `postgres://postgres@${there}/postgres`,
    DATABASE_URL: `postgres://postgres@${there}/postgres`,
    PGHOST: '127.0.0.1',
    PGPORT: there.split(':')[1],
    SUPABASE_SERVICE_ROLE_KEY: 'a-real-looking-key',
    REDIS_URL: `redis://${there}`,
    STRIPE_SECRET_KEY: 'sk_live_real',
    STRIPE_WEBHOOK_SECRET: 'whsec_real',
    STRIPE_API_URL: `http://${there}`,
    PANEL_URL: `http://${there}`,
    PANEL_API_KEY: 'ptla_real',
    DISCORD_TOKEN: 'a-real-looking-token-of-a-bot',
    DISCORD_API_URL: `http://${there}/api`,
    HEARTBEAT_URL: `http://${there}/beat`,
    PAGER_URL: `http://${there}/page`,
    HTTP_PROXY: `http://${there}`,
    HTTPS_PROXY: `http://${there}`,
  });
  world = await startWorld({ factor: 6, server: sharedPostgres() });
  await world.bot.start();
});

afterAll(async () => {
  await world?.stop();
  process.env = before;
  await new Promise((resolve) => tripwire.close(resolve));
});

it('with production settings in the environment, the sandbox and the tests reach none of them', async () => {
  await untilReady(world, await buy(world));
  expect(touched).toBe(0);
});
