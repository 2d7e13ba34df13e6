import { NO_SETTINGS, type Settings } from './bot/settings.ts';
import type { Config, SettingProblem, Values } from './config.ts';
import type { Clock } from './lib/clock.ts';
import { TIMINGS } from './orders/timings.ts';
import { createPanelClient } from './panel/client.ts';
import { createSender } from './panel/http.ts';
import { deliveriesOf } from './reconcile/watch-sender.ts';
import { readCertificate } from './runbook/doctor/certificate.ts';
import { checkClock } from './runbook/doctor/clock.ts';
import { checkDatabase } from './runbook/doctor/database.ts';
import { checkDiscord } from './runbook/doctor/discord.ts';
import { type Check, PROBE_MS, runDoctor } from './runbook/doctor/doctor.ts';
import { type Finding, findingsOf, type Part } from './runbook/doctor/finding.ts';
import { checkPanel, type PanelDeps } from './runbook/doctor/panel.ts';
import { createProbe } from './runbook/doctor/probe.ts';
import { checkPublicUrl } from './runbook/doctor/public-url.ts';
import { checkRedis } from './runbook/doctor/redis.ts';
import { checkSettings } from './runbook/doctor/settings.ts';
import { checkStripe } from './runbook/doctor/stripe.ts';
import { createCall } from './store/call.ts';
import { readMigrations } from './store/migrations.ts';
import { createStore, type Store } from './store/store.ts';

/** What the doctor knows of the settings. Null: what it needs for that part can't be read. */
export type DoctorSettings = {
  problems: SettingProblem[];
  stripe: Config['stripe'] | null;
  supabase: Config['supabase'] | null;
  redisUrl: string | null;
  panel: Config['panel'] | null;
  publicUrl: string | null;
  stripeUrl: string;
  discord: { token: string; apiUrl: string; settings: () => Settings } | null;
  hasHeartbeat: boolean;
  hasPager: boolean;
  secrets: string[];
};

/** The panel may be slow with its nodes and their ports. */
const PANEL_MS = 4_000;

/** Builds what looks at every service, with clients of its own that wait a few seconds at most. */
export function buildDoctor(given: DoctorSettings, clock: Clock): () => Promise<Finding[]> {
  const probe = createProbe(clock, PROBE_MS);
  const store = given.supabase && createDoctorStore(given.supabase, clock);
  const { stripe, supabase, redisUrl, panel, publicUrl, discord } = given;
  const checks: Record<Part, Check> = {
    settings: async () => checkSettings(given),
    stripe: needing('stripe', stripe, (own) =>
      checkStripe({
        ...own,
        probe,
        publicUrl,
        deliveries: () => quietly(async () => store && deliveriesOf(await store.sender())),
      }),
    ),
    database: needing('database', supabase, (own) =>
      checkDatabase({ ...own, probe, wanted: readMigrations().length, nowMs: clock.now() }),
    ),
    redis: needing('redis', redisUrl, (url) => checkRedis({ url, timeoutMs: PROBE_MS })),
    panel: needing('panel', panel, (own) => checkPanel(panelDeps(own, store, clock))),
    discord: needing('discord', discord, (own) =>
      checkDiscord({ ...own, clock, probe, settings: own.settings() }),
    ),
    'public url': () =>
      checkPublicUrl({
        ...{ probe, publicUrl, livemode: stripe?.livemode ?? false, nowMs: clock.now() },
        readCertificate: (url) => readCertificate(url, { timeoutMs: PROBE_MS }),
      }),
    clock: () => checkClock({ probe, stripeUrl: given.stripeUrl, supabase }),
  };
  return () => runDoctor({ clock, secrets: given.secrets }, checks);
}

function needing<T>(part: Part, own: T | null, check: (own: T) => Promise<Finding[]>): Check {
  const { unknown } = findingsOf(part);
  return async () => (own === null ? [unknown('look', 'its settings are missing or wrong')] : check(own));
}

function createDoctorStore(supabase: Config['supabase'], clock: Clock) {
  const timings = { ...TIMINGS, quickDatabaseMs: PROBE_MS, databaseMs: PROBE_MS };
  return createStore({ call: createCall({ ...supabase, clock }), timings, deadlineMs: timings.deadlineMs });
}

/** A dead database is told once, by the part that looks at it. */
async function quietly<T>(ask: () => Promise<T | null>): Promise<T | null> {
  try {
    return await ask();
  } catch {
    return null;
  }
}

function panelDeps(panel: Config['panel'], store: Pick<Store, 'catalogue'> | null, clock: Clock): PanelDeps {
  let limit: number | null = null;
  const reading: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const said = response.headers.get('x-ratelimit-limit');
    if (said !== null && /^\d+$/.test(said)) limit = Number(said);
    return response;
  };
  const http = { ...panel, clock, timeoutMs: PANEL_MS, fetch: reading };
  return {
    ...panel,
    client: createPanelClient(http),
    send: createSender(http),
    limitSeen: () => limit,
    catalogue: () => quietly(async () => (store === null ? null : store.catalogue())),
  };
}

/** What a running Orderly has. */
export function settingsOfConfig(config: Config, settings: () => Settings): DoctorSettings {
  const { stripe, supabase, redisUrl, panel, publicUrl, discord } = config;
  return {
    ...{ problems: [], stripe, supabase, redisUrl, panel, publicUrl, stripeUrl: stripe.apiUrl },
    discord: { token: discord.token, apiUrl: discord.apiUrl, settings },
    hasHeartbeat: config.heartbeatUrl !== null,
    hasPager: config.pagerUrl !== null,
    secrets: secretsOf([
      ...[stripe.secretKey, ...stripe.webhookSecrets, supabase.serviceKey, redisUrl, panel.apiKey],
      ...[discord.token, config.provisionToken, config.heartbeatUrl, config.pagerUrl],
    ]),
  };
}

/** What can be read of an environment, however much of it is wrong. */
export function settingsOfValues(v: Partial<Values>, problems: SettingProblem[]): DoctorSettings {
  const stripeUrl = v.STRIPE_API_URL ?? 'https://api.stripe.com';
  const webhookSecrets = [v.STRIPE_WEBHOOK_SECRET, v.STRIPE_WEBHOOK_SECRET_PREVIOUS].filter(
    (secret) => secret !== undefined,
  );
  return {
    ...{ problems, stripeUrl, publicUrl: v.PUBLIC_URL ?? null, redisUrl: v.REDIS_URL ?? null },
    stripe: whole(v.STRIPE_SECRET_KEY, (secretKey) => ({
      ...{ secretKey, webhookSecrets, apiUrl: stripeUrl, livemode: secretKey.includes('_live_') },
    })),
    supabase: whole(v.SUPABASE_URL, (url) =>
      whole(v.SUPABASE_SERVICE_ROLE_KEY, (serviceKey) => ({ url, serviceKey })),
    ),
    panel: whole(v.PANEL_URL, (url) =>
      whole(v.PANEL_API_KEY, (apiKey) => ({
        url,
        apiKey,
        requestsPerMinute: v.PANEL_REQUESTS_PER_MINUTE ?? 240,
      })),
    ),
    discord: discordOf(v),
    hasHeartbeat: v.HEARTBEAT_URL !== undefined,
    hasPager: v.PAGER_URL !== undefined,
    secrets: secretsOf([
      ...[v.STRIPE_SECRET_KEY, ...webhookSecrets, v.SUPABASE_SERVICE_ROLE_KEY, v.REDIS_URL, v.PANEL_API_KEY],
      ...[v.DISCORD_TOKEN, v.PROVISION_TOKEN, v.HEARTBEAT_URL, v.PAGER_URL],
    ]),
  };
}

function discordOf(v: Partial<Values>): DoctorSettings['discord'] {
  return whole(v.DISCORD_TOKEN, (token) =>
    whole(v.DISCORD_GUILD_ID, (guildId) => {
      const settings = {
        ...NO_SETTINGS,
        ...{
          guildId,
          channelId: v.DISCORD_CHANNEL_ID ?? null,
          onCallRoleId: v.DISCORD_ON_CALL_ROLE_ID ?? null,
        },
        actRoleIds: v.DISCORD_STAFF_ROLE_ID === undefined ? [] : [v.DISCORD_STAFF_ROLE_ID],
      };
      return { token, apiUrl: v.DISCORD_API_URL ?? 'https://discord.com/api', settings: () => settings };
    }),
  );
}

function whole<T, R>(value: T | undefined, make: (value: T) => R | null): R | null {
  return value === undefined ? null : make(value);
}

/** A password inside an address is one by itself as well. */
function secretsOf(values: (string | null | undefined)[]): string[] {
  const given = values.filter((value) => typeof value === 'string');
  const passwords = given.flatMap((value) => (URL.canParse(value) ? [new URL(value).password] : []));
  return [...given, ...passwords];
}
