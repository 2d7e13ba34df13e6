import { existsSync } from 'node:fs';
import { loadEnvFile as nodeLoadEnvFile } from 'node:process';
import { z } from 'zod';
import type { Choices } from './bot/settings.ts';
import {
  ConfigError,
  clean,
  readAll,
  readEach,
  refuse,
  type SettingProblem,
  settingsOf,
} from './config/read.ts';
import { present } from './config/rules.ts';
import { SETTINGS, type SettingName, type Values } from './config/settings.ts';
import { ROLES, type Role } from './lib/roles.ts';

export { ConfigError, type SettingProblem } from './config/read.ts';
export { SETTINGS, type Setting, type Values } from './config/settings.ts';
export { ROLES, type Role } from './lib/roles.ts';

/** All settings of a process. Frozen, and the only place that they come from. What its roles do not use is null. */
export type Config = {
  roles: readonly Role[];
  host: string;
  port: number;
  /** Whoever has it may read /metrics; null: nobody may. A secret. */
  metricsToken: string | null;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  deadlineMs: number;
  /** Whether Stripe's live events are ours, or its test ones. */
  livemode: boolean;
  supabase: { url: string; serviceKey: string };
  redisUrl: string;
  webhook: WebhookConfig | null;
  worker: WorkerConfig | null;
  bot: BotConfig | null;
  /** Every secret among the settings, to be taken out of what is told. */
  secrets: string[];
};

export type WebhookConfig = { secrets: string[]; provisionToken: string | null };

/** What worker and bot ask of others. */
type Services = {
  stripe: { secretKey: string; apiUrl: string };
  panel: { url: string; apiKey: string; requestsPerMinute: number };
  /** Where Stripe reaches us; null: not told. */
  publicUrl: string | null;
};
export type WorkerConfig = Services & {
  lowStock: number;
  /** How long payloads of events are kept; null: for ever. */
  keepPayloadsDays: number | null;
  /** Called while all is alive; null: nobody listens. A secret. */
  heartbeatUrl: string | null;
  /** Called when Discord can't call a person; null: there is none. A secret. */
  pagerUrl: string | null;
};
export type BotConfig = Services & {
  /** `first` is what serves until /setup has chosen. */
  discord: { token: string; apiUrl: string; guildId: string; first: Partial<Choices> };
};

/** Reads the settings that the roles of this process use. @throws ConfigError that lists every problem. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { roles, values, problems } = readLoosely(env);
  const mode = readMode(env, roles);
  refuse(mode.problem === null ? problems : [...problems, mode.problem]);
  // What no role of this process uses is not there, and nobody below looks at it.
  const v = values as Values;
  return Object.freeze({
    roles,
    host: v.HOST,
    port: v.PORT,
    metricsToken: v.METRICS_TOKEN ?? null,
    logLevel: v.LOG_LEVEL,
    deadlineMs: v.DEADLINE_MINUTES * 60_000,
    livemode: mode.livemode,
    supabase: { url: v.SUPABASE_URL, serviceKey: v.SUPABASE_SERVICE_ROLE_KEY },
    redisUrl: v.REDIS_URL,
    webhook: roles.includes('webhook') ? webhookOf(v) : null,
    worker: roles.includes('worker') ? workerOf(v) : null,
    bot: roles.includes('bot') ? botOf(v) : null,
    secrets: secretsOf(v),
  });
}

/** The settings of a worker, for what a person does by hand. @throws ConfigError */
export function readWorkerConfig(env: NodeJS.ProcessEnv): Config & { worker: WorkerConfig } {
  const config = readConfig({ ...env, ROLES: 'worker' });
  if (config.worker === null) throw new Error('a worker has settings of its own');
  return { ...config, worker: config.worker };
}

/** Every setting that can be read, and what is wrong with the others: for who must work with broken ones as well. */
export function readLoosely(env: NodeJS.ProcessEnv): {
  roles: readonly Role[];
  values: Partial<Values>;
  problems: SettingProblem[];
} {
  const roles = readEach(env, ['ROLES']).values.ROLES ?? ROLES;
  return { roles, ...readEach(env, settingsOf(roles), roles) };
}

/** What `npm run register-commands` needs. @throws ConfigError */
export function readDiscordConfig(env: NodeJS.ProcessEnv): {
  token: string;
  apiUrl: string;
  guildId: string;
} {
  const v = readAll(env, ['DISCORD_TOKEN', 'DISCORD_API_URL', 'DISCORD_GUILD_ID']);
  return { token: v.DISCORD_TOKEN, apiUrl: v.DISCORD_API_URL, guildId: v.DISCORD_GUILD_ID };
}

/** What `npm run migrate` needs. @throws ConfigError */
export function readMigrateConfig(env: NodeJS.ProcessEnv): { databaseUrl: string } {
  const schema = present.pipe(
    z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address (direct or session mode)' }),
  );
  const read = schema.safeParse(clean(env.SUPABASE_DB_URL));
  if (!read.success) {
    throw new ConfigError([
      `SUPABASE_DB_URL ${read.error.issues[0]?.message}. The connection string of the Supabase project (Connect → Session pooler or direct).`,
    ]);
  }
  return { databaseUrl: read.data };
}

/** Every secret among these values; a password inside an address is one by itself as well. */
export function secretsOf(values: Partial<Values>): string[] {
  const names = (Object.keys(SETTINGS) as SettingName[]).filter((name) => 'secret' in SETTINGS[name]);
  const secrets = names.flatMap((name) => values[name] ?? []).map(String);
  return [...secrets, ...secrets.flatMap((value) => (URL.canParse(value) ? [new URL(value).password] : []))];
}

/** Reads `.env` beside the project where there is one; what the environment already has wins. */
export function loadEnvFile(): void {
  if (existsSync('.env')) nodeLoadEnvFile('.env');
}

function webhookOf(v: Values): WebhookConfig {
  const secrets = [v.STRIPE_WEBHOOK_SECRET, v.STRIPE_WEBHOOK_SECRET_PREVIOUS];
  return {
    secrets: secrets.filter((secret) => secret !== undefined),
    provisionToken: v.PROVISION_TOKEN ?? null,
  };
}

function servicesOf(v: Values): Services {
  return {
    stripe: { secretKey: v.STRIPE_SECRET_KEY, apiUrl: v.STRIPE_API_URL },
    panel: { url: v.PANEL_URL, apiKey: v.PANEL_API_KEY, requestsPerMinute: v.PANEL_REQUESTS_PER_MINUTE },
    publicUrl: v.PUBLIC_URL ?? null,
  };
}

function workerOf(v: Values): WorkerConfig {
  const { HEARTBEAT_URL: heartbeatUrl = null, PAGER_URL: pagerUrl = null } = v;
  const keepPayloadsDays = v.KEEP_PAYLOADS_DAYS === 0 ? null : v.KEEP_PAYLOADS_DAYS;
  return { ...servicesOf(v), lowStock: v.LOW_STOCK, keepPayloadsDays, heartbeatUrl, pagerUrl };
}

function botOf(v: Values): BotConfig {
  const first = {
    channelId: v.DISCORD_CHANNEL_ID ?? null,
    onCallRoleId: v.DISCORD_ON_CALL_ROLE_ID ?? null,
    escalationRoleId: v.DISCORD_ESCALATION_ROLE_ID ?? null,
    escalationUserId: v.DISCORD_ESCALATION_USER_ID ?? null,
    namedUserIds: v.DISCORD_ON_CALL_USER_IDS ?? [],
    actRoleIds: v.DISCORD_STAFF_ROLE_ID === undefined ? [] : [v.DISCORD_STAFF_ROLE_ID],
  };
  const discord = { token: v.DISCORD_TOKEN, apiUrl: v.DISCORD_API_URL, guildId: v.DISCORD_GUILD_ID, first };
  return { ...servicesOf(v), discord };
}

/** Test or live: the Stripe key tells it, also where no role of this process uses the key; else `STRIPE_MODE` has to. */
function readMode(
  env: NodeJS.ProcessEnv,
  roles: readonly Role[],
): { livemode: boolean; problem: SettingProblem | null } {
  const { values } = readEach(env, ['STRIPE_SECRET_KEY', 'STRIPE_MODE']);
  const ofKey = values.STRIPE_SECRET_KEY && (isLiveKey(values.STRIPE_SECRET_KEY) ? 'live' : 'test');
  const said = values.STRIPE_MODE;
  const problem = (message: string) => ({ livemode: false, problem: { name: 'STRIPE_MODE', message } });
  if (roles.includes('webhook') && ofKey && said && ofKey !== said)
    return problem(`is ${said}, and STRIPE_SECRET_KEY is a key of ${ofKey} mode. Remove one of them.`);
  const mode = ofKey ?? said;
  if (mode === undefined && !settingsOf(roles).includes('STRIPE_SECRET_KEY'))
    return problem(`is missing. ${SETTINGS.STRIPE_MODE.help}`);
  return { livemode: mode === 'live', problem: null };
}

function isLiveKey(key: string): boolean {
  return key.includes('_live_');
}
