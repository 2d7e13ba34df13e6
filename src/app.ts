import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { BotRole } from './roles/bot.ts';
import { checkMigrations } from './roles/check-migrations.ts';
import { metricsPage } from './roles/metrics.ts';
import { type AppOptions, createShared, type RunningRole, type Shared } from './roles/shared.ts';
import { webhookDeps, webhookRole } from './roles/webhook.ts';
import { startWorkerRole, type WorkerRole } from './roles/worker.ts';
import { type Pulse, startPulse } from './watchdog/pulse.ts';
import { startWatchdog } from './watchdog/watchdog.ts';
import type { ReadyPart } from './webhook/deps.ts';
import { buildServer } from './webhook/server.ts';

export type { AppOptions } from './roles/shared.ts';

export type App = {
  /** Where the HTTP server listens. */
  port: number;
  /** Settles when this process was in Discord for the first time, or has no role there. One that stands by waits. */
  ready: Promise<void>;
  /** Rejects when it can't go on: Discord refuses the token. */
  failed: Promise<never>;
  /** Stops taking, ends or hands back what is under way, closes. */
  stop(): Promise<void>;
};

/**
 * Builds and starts the roles of this process.
 *
 * @throws Error when the database is not migrated as far as this version needs.
 */
export async function startOrderly(config: Config, options: AppOptions): Promise<App> {
  const shared = await createShared(config, options);
  const { log, store, hints, loops } = shared;
  await checkMigrations(store.health, log);
  const worker: WorkerRole | null = config.worker && startWorkerRole(shared, config, config.worker);
  let bot: BotRole | null = null;
  if (config.bot) {
    // Loaded only where it is used: it is most of the memory, and of the time to start.
    const { startBotRole } = await import('./roles/bot.ts');
    bot = await startBotRole(shared, config, config.bot, worker?.snapshots);
  }
  const webhook = config.webhook && webhookDeps(shared, config, config.webhook);
  const roles: RunningRole[] = [worker, bot, webhook && webhookRole(shared)].filter((role) => role !== null);
  const server = buildServer(
    {
      ...{ log, store, still: loops.still },
      troubles: () => roles.flatMap((role) => role.troubles()),
      parts: () => partsOf(roles),
      metrics: metricsPage(shared, config, bot),
    },
    webhook,
  );
  const pulse = startPulse(shared, roles);
  const watchdog = worker && watch(shared, config, worker, pulse);
  await server.listen({ host: config.host, port: config.port });
  const port = portOf(server) ?? config.port;
  log.info({ port, roles: config.roles, livemode: config.livemode }, 'Orderly is up');
  return {
    port,
    ready: bot?.ready ?? Promise.resolve(),
    failed: bot?.refused ?? new Promise<never>(() => {}),
    stop: async () => {
      await server.close();
      await watchdog?.stop();
      await Promise.all(roles.map((role) => role.stop()));
      await pulse.stop();
      await hints.close();
      log.info('Orderly has stopped');
    },
  };
}

/** The settings are those of the worker: where it runs, all is watched. */
function watch(shared: Shared, config: Config, worker: WorkerRole, pulse: Pulse): { stop(): Promise<void> } {
  const { heartbeatUrl = null, pagerUrl = null } = config.worker ?? {};
  const { failingSinceMs } = worker;
  return startWatchdog(
    { ...shared, deadParts: pulse.deadParts, failingSinceMs },
    { heartbeatUrl, pagerUrl, supabaseUrl: config.supabase.url },
  );
}

/** What several need is shown as the one sees it that can't do without. */
function partsOf(roles: RunningRole[]): Record<string, ReadyPart> {
  const all = roles.flatMap((role) => Object.entries(role.parts()));
  return Object.fromEntries(
    all.toSorted(([, a], [, b]) => Number(b.needed === false) - Number(a.needed === false)),
  );
}

function portOf(server: FastifyInstance): number | undefined {
  const [address] = server.addresses();
  return typeof address === 'object' ? address.port : undefined;
}
