import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import type { Timings } from '../src/orders/timings.ts';
import { migrate } from '../src/store/migrations.ts';
import { type BotProcess, type BotSettings, createBotProcess } from './bot.ts';
import { createMovableClock, type MovableClock } from './clock.ts';
import { type DeadLine, startDeadLine } from './dead-line.ts';
import { type DiscordSimulator, type Limits, startDiscord } from './discord/index.ts';
import { freePort } from './embedded/child.ts';
import { type EmbeddedPostgres, startPostgres } from './embedded/postgres.ts';
import { type EmbeddedRedis, startRedis } from './embedded/redis.ts';
import {
  createSupabaseDatabase,
  type EmbeddedSupabase,
  SERVICE_KEY,
  startSupabase,
} from './embedded/supabase.ts';
import { type PanelSimulator, startPanel } from './panel/start-panel.ts';
import { type DatabaseProxy, startProxy } from './proxy.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { type StripeSimulator, startStripe } from './stripe/stripe.ts';
import { changeTime, type TimeChange, timingsAt, writeClock } from './time.ts';

/** Everything around the bot, and the bot: all on loopback, nothing of it real. */
export type World = {
  clock: MovableClock;
  /** How many times faster than real time everything runs, at the moment. */
  readonly factor: number;
  /** Another speed, or a leap forward; the bot is restarted for it. One at a time. */
  changeTime(change: TimeChange): Promise<void>;
  database: postgres.Sql;
  databaseUrl: string;
  supabase: EmbeddedSupabase;
  /** Stands between the bot and the database. */
  proxy: DatabaseProxy;
  redis: EmbeddedRedis;
  /** Stands between the bot and Redis. */
  redisLine: DeadLine;
  panel: PanelSimulator;
  stripe: StripeSimulator;
  discord: DiscordSimulator;
  /** Takes the heartbeat and the pages. */
  receiver: Receiver;
  /** The process that does everything. */
  bot: BotProcess;
  /** Its own HTTP address. */
  botUrl: string;
  /** Where Stripe delivers to, each in turn, as behind a load balancer; `botUrl` alone at first. */
  endpoints: string[];
  /** Starts another process, on the same database and Redis; it is stopped with the world. */
  start(process: ProcessOptions): Promise<BotProcess>;
  /** What opens the parts, as the bot has it. */
  keys: { stripe: string; panel: string; service: string };
  /** Starts what serves the database over HTTP anew: it may die with PostgreSQL. */
  restartSupabase(): Promise<void>;
  /** Restarts Redis empty on its port. */
  wipeRedis(): Promise<void>;
  /** Stops Redis, or starts it empty on its port. */
  switchRedis(on: boolean): Promise<void>;
  isRedisUp(): boolean;
  stop(): Promise<void>;
};

export type ProcessOptions = {
  /** For ROLES, e.g. `webhook,worker`. */
  roles: string;
  /** True: Stripe delivers to it. `world.bot` can't run beside it. */
  isEndpoint?: boolean;
  /** Settings that differ from those of `world.bot`. */
  env?: Record<string, string>;
  /** How far its clock is ahead, in milliseconds of the clock; asked for at each of its starts. */
  skewMs?: () => number;
  /** False: it is made, and started by whoever asked for it. */
  isStarted?: boolean;
};

export type WorldOptions = {
  /** How many times faster than real time everything runs. */
  factor?: number;
  /** A PostgreSQL to make the database on; without one, an own. */
  server?: EmbeddedPostgres;
  /** Settings of the bot beside those of the world. */
  env?: Record<string, string>;
  /** The same, of what is known only once Discord is there. */
  envOf?: (discord: DiscordSimulator) => Record<string, string>;
  /** SQL that runs before the migrations, as a site's own. */
  before?: string;
  installMs?: number;
  /** True: the bot reaches the database without the proxy, which costs time; `proxy` then has no effect. */
  direct?: boolean;
  /** Waits of the bot that differ from the product's own. */
  timings?: Partial<Timings>;
  /** True: our processes keep their memory as small as the product's own entry does, which costs time. */
  smallHeap?: boolean;
  /** What Discord and the panel take, when it is not as much as the real ones. */
  limits?: { discord?: Partial<Limits>; panelPerMinute?: number };
};

const SMALL_HEAP = new URL('../src/lib/small-heap.ts', import.meta.url).href;
const STRIPE_KEY = 'sk_test_sandbox_0123456789';
export const WEBHOOK_SECRET = 'whsec_sandbox_0123456789';
const PANEL_KEY = 'ptla_sandbox_0123456789';
const DISCORD_TOKEN = 'c2FuZGJveA.sandbox.0123456789abcdef';

let databases = 0;

/** Starts all of it but the bot; `world.bot.start()` starts that. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const factor = options.factor ?? 1;
  const { panelPerMinute } = options.limits ?? {};
  const startMs = Date.now();
  const clock = createMovableClock({ factor, startMs, startedAtMs: startMs });
  const speed = () => clock.setting().factor;
  const own = options.server ? null : await startPostgres({ durable: false });
  const server = options.server ?? own!;
  databases += 1;
  const name = `orderly_${process.pid}_${databases}_${startMs % 1_000_000}`;
  const databaseUrl = await createSupabaseDatabase(options.before ? withoutTemplate(server) : server, name);
  const database = postgres(databaseUrl, { max: 3, onnotice: () => {} });
  if (options.before) await database.unsafe(options.before);
  await migrate(databaseUrl);
  await database.unsafe(readFileSync(new URL('catalogue.sql', import.meta.url), 'utf8'));
  if (factor !== 1) await writeClock(database, clock.setting());
  const botPort = await freePort();
  const botUrl = `http://127.0.0.1:${botPort}`;
  const endpoints = [botUrl];
  const [supabase, redis, panel, stripe, discord, receiver] = await Promise.all([
    startSupabase(databaseUrl),
    startRedis(),
    startPanel({
      clock,
      apiKey: PANEL_KEY,
      installMs: options.installMs ?? 6_000,
      ...(panelPerMinute && { rateLimitPerMinute: panelPerMinute }),
    }),
    startStripe({
      clock,
      secretKey: STRIPE_KEY,
      webhookSecret: WEBHOOK_SECRET,
      endpointUrl: () => `${botUrl}/stripe-webhook`,
      deliverTo: () => {
        endpoints.push(...endpoints.splice(0, 1));
        return `${endpoints[0]}/stripe-webhook`;
      },
    }),
    startDiscord({
      clock,
      factor: speed,
      token: DISCORD_TOKEN,
      limits: options.limits?.discord ?? {},
      answerWithinMs: () => Math.max(3_000, 2_000 * speed()),
    }),
    startReceiver(clock),
  ]);
  const redisLine = await startDeadLine(redis.url);
  const proxy = await startProxy(supabase.url, (ms) => clock.sleep(ms), await readsOf(database));
  const settingsFor = (
    port: number,
    env: Record<string, string> = {},
    skewMs = 0,
  ): Omit<BotSettings, 'waits'> => ({
    clock: { ...clock.setting(), startMs: clock.setting().startMs + skewMs },
    timings: timingsAt(speed(), options.timings ?? {}),
    ...(options.smallHeap && { node: ['--import', SMALL_HEAP] }),
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: botUrl,
      STRIPE_SECRET_KEY: STRIPE_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_API_URL: stripe.url,
      SUPABASE_URL: options.direct ? supabase.url : proxy.url,
      SUPABASE_SERVICE_ROLE_KEY: SERVICE_KEY,
      REDIS_URL: redisLine.url,
      PANEL_URL: panel.url,
      PANEL_API_KEY: PANEL_KEY,
      ...(panelPerMinute && { PANEL_REQUESTS_PER_MINUTE: String(panelPerMinute) }),
      DISCORD_TOKEN,
      DISCORD_API_URL: discord.url,
      DISCORD_GUILD_ID: discord.guildId,
      DISCORD_CHANNEL_ID: discord.channels.purchases,
      DISCORD_STAFF_ROLE_ID: discord.roles.staff,
      DISCORD_ON_CALL_ROLE_ID: discord.roles.onCall,
      HEARTBEAT_URL: receiver.heartbeatUrl,
      PAGER_URL: receiver.pagerUrl,
      ...options.envOf?.(discord),
      ...options.env,
      ...env,
    },
  });
  const bot = createBotProcess(() => ({ ...settingsFor(botPort), waits: true }));
  const others: BotProcess[] = [];
  const start = async ({ roles, isEndpoint = false, env = {}, skewMs, isStarted = true }: ProcessOptions) => {
    const port = isEndpoint ? botPort : await freePort();
    const other = createBotProcess(() => ({
      ...settingsFor(port, { ROLES: roles, ...env }, skewMs?.()),
      waits: false,
    }));
    others.push(other);
    if (isStarted) await other.start();
    return other;
  };
  let redisUp = true;
  let changing = Promise.resolve();
  const switchRedis = async (on: boolean) => {
    if (on === redisUp) return;
    redisUp = on;
    if (on) world.redis = await startRedis(Number(new URL(world.redis.url).port));
    else await world.redis.stop();
  };
  const world: World = {
    clock,
    get factor() {
      return speed();
    },
    changeTime: (change) => {
      const changed = changing.then(() => changeTime({ clock, database, bots: [bot, ...others] }, change));
      changing = changed.catch(() => undefined);
      return changed;
    },
    database,
    databaseUrl,
    supabase,
    proxy,
    redis,
    redisLine,
    panel,
    stripe,
    discord,
    receiver,
    bot,
    botUrl,
    endpoints,
    start,
    keys: { stripe: STRIPE_KEY, panel: PANEL_KEY, service: SERVICE_KEY },
    restartSupabase: async () => {
      await world.supabase.stop();
      world.supabase = await startSupabase(databaseUrl, Number(new URL(supabase.url).port));
    },
    wipeRedis: async () => {
      await switchRedis(false);
      await switchRedis(true);
    },
    switchRedis,
    isRedisUp: () => redisUp,
    stop: async () => {
      await changing;
      await Promise.all([bot, ...others].map((process) => process.stop()));
      await stripe.stop();
      const parts = [panel, discord, proxy, redisLine, world.redis, world.supabase, receiver];
      await Promise.all(parts.map((part) => part.stop()));
      await database.end({ timeout: 1 });
      await own?.stop();
    },
  };
  return world;
}

/** What a site did before Orderly came needs a database without Orderly. */
function withoutTemplate({ url, stop }: EmbeddedPostgres): EmbeddedPostgres {
  return { url, stop };
}

/** The database's functions that say of themselves that they write nothing. */
async function readsOf(database: postgres.Sql): Promise<Set<string>> {
  const rows = await database<{ name: string }[]>`
    select proname as name from pg_proc where pronamespace = 'public'::regnamespace and provolatile <> 'v'`;
  return new Set(rows.map(({ name }) => name));
}

/** Waits until `look` answers something that is not null or false; throws what it waited for, and what `saw` says, when it does not in time. */
export async function until<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  realMs = 30_000,
  saw: () => unknown = () => undefined,
): Promise<T> {
  const endMs = Date.now() + realMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (Date.now() > endMs) {
      const last = JSON.stringify(await saw());
      throw new Error(`waited ${realMs / 1000} s in vain: ${what}${last ? `, but ${last}` : ''}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
