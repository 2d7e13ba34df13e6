import type { Logger } from 'pino';
import type { Role } from './config.ts';
import type { DoctorSettings } from './doctor-settings.ts';
import type { Clock } from './lib/clock.ts';
import { TIMINGS } from './orders/timings.ts';
import { createPanelClient } from './panel/client.ts';
import { createSender } from './panel/http.ts';
import { createPanelBudget } from './provisioning/panel-budget.ts';
import { deliveriesOf } from './reconcile/watch-sender.ts';
import { readCertificate } from './runbook/doctor/certificate.ts';
import { checkClock } from './runbook/doctor/clock.ts';
import { checkDatabase } from './runbook/doctor/database.ts';
import { checkDiscord } from './runbook/doctor/discord.ts';
import { PROBE_MS, runDoctor } from './runbook/doctor/doctor.ts';
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

/** The panel may be slow with its nodes and their ports. */
const PANEL_MS = 4_000;

/** Builds what looks at every service, with clients of its own that wait a few seconds at most. */
export function buildDoctor(
  given: DoctorSettings,
  { clock, log }: { clock: Clock; log: Logger },
): () => Promise<Finding[]> {
  const probe = createProbe(clock, PROBE_MS);
  const store = given.supabase && createDoctorStore(given.supabase, clock);
  const { roles, stripe, webhookSecrets, supabase, redisUrl, panel, publicUrl, discord } = given;
  /** A check of a part that the roles of this process use, or that all use. */
  const needing = <T>(part: Part, own: T | null, users: Role[], check: (own: T) => Promise<Finding[]>) => {
    const { ok, unknown } = findingsOf(part);
    const isUsed = users.length === 0 || users.some((role) => roles.includes(role));
    const none = isUsed
      ? unknown('look', 'its settings are missing or wrong')
      : ok('look', `not from here: ROLES is ${roles.join(',')}`);
    return async () => (own === null ? [none] : check(own));
  };
  const checks = {
    settings: async () => checkSettings(given),
    stripe: needing('stripe', stripe, ['worker', 'bot'], (own) =>
      checkStripe({
        ...own,
        ...{ webhookSecrets, probe, publicUrl },
        deliveries: () => quietly(async () => store && deliveriesOf(await store.sender())),
      }),
    ),
    database: needing('database', supabase, [], (own) =>
      checkDatabase({ ...own, probe, wanted: readMigrations().length, nowMs: clock.now() }),
    ),
    redis: needing('redis', redisUrl, [], (url) => checkRedis({ url, timeoutMs: PROBE_MS })),
    panel: needing('panel', panel, ['worker', 'bot'], (own) =>
      checkPanel(panelDeps(own, store, { clock, log })),
    ),
    discord: needing('discord', discord, ['bot'], (own) =>
      checkDiscord({ ...own, clock, probe, settings: own.settings() }),
    ),
    'public url': () =>
      checkPublicUrl({
        ...{ probe, publicUrl, livemode: given.livemode, nowMs: clock.now() },
        readCertificate: (url) => readCertificate(url, { timeoutMs: PROBE_MS }),
      }),
    clock: () => checkClock({ probe, stripeUrl: given.stripeUrl, supabase }),
  };
  return () => runDoctor({ clock, secrets: given.secrets }, checks);
}

function createDoctorStore(supabase: NonNullable<DoctorSettings['supabase']>, clock: Clock) {
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

/** Its requests come out of the bucket that all share, as those of any person who waits. */
function panelDeps(
  panel: NonNullable<DoctorSettings['panel']>,
  store: Pick<Store, 'catalogue' | 'takeRequests' | 'holdRequests'> | null,
  { clock, log }: { clock: Clock; log: Logger },
): PanelDeps {
  let limit: number | null = null;
  const reading: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const said = response.headers.get('x-ratelimit-limit');
    if (said !== null && /^\d+$/.test(said)) limit = Number(said);
    return response;
  };
  const budget = store && createPanelBudget({ clock, log, store }, panel.requestsPerMinute, 'staff');
  const http = { ...panel, clock, timeoutMs: PANEL_MS, fetch: reading, ...(budget && { budget }) };
  return {
    ...panel,
    client: createPanelClient(http),
    send: createSender(http),
    limitSeen: () => limit,
    catalogue: () => quietly(async () => (store === null ? null : store.catalogue())),
  };
}
