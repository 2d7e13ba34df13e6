import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { type Bot, startBot } from './bot/bot.ts';
import { createSettings } from './bot/settings-holder.ts';
import { buildDoctor, settingsOfConfig } from './build-doctor.ts';
import type { Config } from './config.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { TIMINGS, type Timings } from './orders/timings.ts';
import { createPanelClient } from './panel/client.ts';
import { startChore } from './provisioning/chores.ts';
import { createEngine } from './provisioning/engine.ts';
import { createPanelBudget } from './provisioning/panel-budget.ts';
import { pruneChore } from './provisioning/prune.ts';
import { createHints, startWorker } from './provisioning/queue.ts';
import { startSweeper } from './provisioning/sweeper.ts';
import { reconcileChores } from './reconcile/chores.ts';
import { report } from './runbook/report.ts';
import { createCall } from './store/call.ts';
import { readMigrations } from './store/migrations.ts';
import { createStore } from './store/store.ts';
import { createStripeClient } from './stripe/client.ts';
import { startWatchdog } from './watchdog/watchdog.ts';
import { createUnkept } from './webhook/refusals.ts';
import { buildServer } from './webhook/server.ts';

export type App = {
  /** Where the HTTP server listens. */
  port: number;
  /** The Discord side; `ready` rejects when the token is refused. */
  bot: Bot;
  /** Stops taking, ends what is under way, closes. */
  stop(): Promise<void>;
};

export type AppOptions = { clock?: Clock; timings?: Timings; log: Logger };

/**
 * Builds and starts everything: webhook, worker, sweeper, bot. The only place, beside the sandbox, that makes clients.
 *
 * @throws Error when the database is not migrated as far as this version needs.
 */
export async function startOrderly(config: Config, options: AppOptions): Promise<App> {
  const { log } = options;
  const clock = options.clock ?? systemClock;
  const timings = { ...(options.timings ?? TIMINGS), deadlineMs: config.deadlineMs };
  const holder = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const store = createStore({
    call: createCall({ ...config.supabase, clock }),
    timings,
    deadlineMs: timings.deadlineMs,
  });
  await checkMigrations(store.health, log);
  // Workers and people share one limit of the panel, with room kept for people.
  const panelOf = (who: 'worker' | 'staff') => {
    const budget = createPanelBudget({ clock, log, store }, config.panel.requestsPerMinute, who);
    return createPanelClient({ ...config.panel, clock, timeoutMs: timings.panelMs, budget });
  };
  const stripe = createStripeClient({
    secretKey: config.stripe.secretKey,
    apiUrl: config.stripe.apiUrl,
    clock,
  });
  const queue = { redisUrl: config.redisUrl, clock, hintMs: timings.hintMs, log };
  const hints = createHints(queue);
  const shared = { clock, timings, log, random: Math.random, holder, store, hints };
  const engine = createEngine({ ...shared, panel: panelOf('worker'), stripe, lowStock: config.lowStock });
  const worker = startWorker(queue, engine.look);
  const sweeper = startSweeper({ ...shared, look: engine.look });
  const reconciling = reconcileChores({
    ...shared,
    stripe,
    livemode: config.stripe.livemode,
    publicUrl: config.publicUrl,
  });
  const pruning = pruneChore(shared, config.keepPayloadsDays);
  const chores = [...engine.chores, ...reconciling, ...pruning].map((chore) => startChore(shared, chore));
  const settings = createSettings(shared, config.discord.guildId, config.discord.first);
  await settings.refresh();
  const reportDeps = {
    ...{ clock, timings, store, stripe, panel: panelOf('staff') },
    settings: {
      publicUrl: config.publicUrl,
      livemode: config.stripe.livemode,
      slowDeliveryMs: timings.slowDeliveryMs,
    },
  };
  const bot = startBot(
    {
      ...shared,
      panel: panelOf('staff'),
      snapshots: engine.snapshots,
      stripe,
      panelUrl: config.panel.url,
      settings: settings.current,
      choices: settings,
      report: (target) => report(reportDeps, target),
      doctor: buildDoctor(settingsOfConfig(config, settings.current), clock),
    },
    config.discord,
  );
  const server = buildServer({
    ...shared,
    webhookSecrets: config.stripe.webhookSecrets,
    livemode: config.stripe.livemode,
    unkept: createUnkept(clock),
    provisionTokens: [config.supabase.serviceKey, config.provisionToken].filter((token) => token !== null),
    troubles: () => [...bot.troubles(), ...(worker.isReady() ? [] : ['redis'])],
  });
  const facts = () => ({
    lastSweepMs: sweeper.lastSweepMs(),
    lastRoundMs: bot.lastRoundMs(),
    isConnected: bot.isConnected(),
    waitingSinceMs: bot.waitingSinceMs(),
    isRedisReady: worker.isReady(),
  });
  const watchdog = startWatchdog({ ...shared, facts, failingSinceMs: sweeper.failingSinceMs }, config);
  await server.listen({ host: config.host, port: config.port });
  const [address] = server.addresses();
  const port = typeof address === 'object' ? address.port : config.port;
  log.info({ port, livemode: config.stripe.livemode }, 'Orderly is up');
  const stop = async () => {
    await server.close();
    await watchdog.stop();
    await sweeper.stop();
    await Promise.all(chores.map((chore) => chore.stop()));
    await worker.stop();
    await bot.stop();
    await hints.close();
    log.info('Orderly has stopped');
  };
  return { port, bot, stop };
}

/** An unmigrated database would fail at the first purchase; better at the start. One that is away now may come. */
async function checkMigrations(health: () => Promise<{ migrations: number }>, log: Logger): Promise<void> {
  const wanted = readMigrations().length;
  let there: number;
  try {
    there = (await health()).migrations;
  } catch (thrown) {
    const missing = 'code' in Object(thrown) && (thrown as { code: unknown }).code === 'PGRST202';
    if (missing)
      throw new Error('the database has no Orderly tables yet: run `npm run migrate` with SUPABASE_DB_URL');
    log.warn('the database does not answer yet; deliveries get 503 until it does');
    return;
  }
  if (there < wanted) {
    throw new Error(
      `the database has ${there} of ${wanted} migrations: run \`npm run migrate\` with SUPABASE_DB_URL`,
    );
  }
}
