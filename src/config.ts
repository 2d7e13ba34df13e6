import { existsSync } from 'node:fs';
import { loadEnvFile as nodeLoadEnvFile } from 'node:process';
import { z } from 'zod';
import type { Choices } from './bot/settings.ts';

/** All settings of a deployment. Frozen, and the only place that they come from. */
export type Config = {
  host: string;
  port: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  deadlineMs: number;
  lowStock: number;
  /** How long payloads of events are kept; null: for ever. */
  keepPayloadsDays: number | null;
  stripe: { secretKey: string; webhookSecrets: string[]; apiUrl: string; livemode: boolean };
  supabase: { url: string; serviceKey: string };
  provisionToken: string | null;
  redisUrl: string;
  panel: { url: string; apiKey: string; requestsPerMinute: number };
  /** Where Stripe reaches us; null: not told. */
  publicUrl: string | null;
  /** Called while all is alive; null: nobody listens. A secret. */
  heartbeatUrl: string | null;
  /** Called when Discord can't call a person; null: there is none. A secret. */
  pagerUrl: string | null;
  /** `first` is what serves until /setup has chosen. */
  discord: { token: string; apiUrl: string; guildId: string; first: Partial<Choices> };
};

type Setting = {
  schema: z.ZodType<unknown, string | undefined>;
  help: string;
  secret?: true;
  fallback?: string;
};

const present = z.string({ error: 'is missing' });
const httpUrl = present
  .pipe(z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }))
  .transform((url) => url.replace(/\/+$/, ''));
/** As it is, and no name in it: `fetch` refuses such an address, and its error quotes it. */
const secretUrl = present
  .pipe(z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }))
  .refine(
    (url) => !/^https?:\/\/[^/?#]*@/i.test(url),
    'must not have a user name or password before the host',
  );
const snowflake = present.regex(/^\d{17,20}$/, 'must be a Discord id: 17 to 20 digits');
const snowflakes = present
  .transform((value) => value.split(/[\s,]+/).filter((id) => id !== ''))
  .pipe(
    z
      .array(z.string().regex(/^\d{17,20}$/, 'must be Discord ids with commas between them'))
      .max(10, 'must be at most ten Discord ids'),
  );
const starting = (prefixes: string[], what: string) =>
  present.refine((value) => prefixes.some((prefix) => value.startsWith(prefix)), `must be ${what}`);
const count = (low: number, high: number) =>
  present
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(low, `must be at least ${low}`).max(high, `must be at most ${high}`));

/** Every setting with its rule and what a person reads about it. The table in the README is made from this one. */
export const SETTINGS = {
  STRIPE_SECRET_KEY: {
    schema: starting(
      ['sk_test_', 'sk_live_', 'rk_test_', 'rk_live_'],
      'a Stripe secret or restricted key (sk_… or rk_…)',
    ),
    help: 'Stripe key; a restricted one with read rights is enough. Test or live follows from its prefix.',
    secret: true,
  },
  STRIPE_WEBHOOK_SECRET: {
    schema: starting(['whsec_'], "the endpoint's signing secret (whsec_…)"),
    help: 'Signing secret of the webhook endpoint.',
    secret: true,
  },
  STRIPE_WEBHOOK_SECRET_PREVIOUS: {
    schema: starting(['whsec_'], "the endpoint's signing secret (whsec_…)").optional(),
    help: 'The secret before, while it is being rolled.',
    secret: true,
  },
  SUPABASE_URL: { schema: httpUrl, help: 'Address of the Supabase project.' },
  SUPABASE_SERVICE_ROLE_KEY: {
    schema: present.min(10, 'is too short to be a service-role key'),
    help: 'Service-role (secret) key of the Supabase project.',
    secret: true,
  },
  REDIS_URL: {
    schema: present.pipe(z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// address' })),
    help: 'Redis for the queue, with password and TLS (rediss://) where it needs them.',
    secret: true,
  },
  PANEL_URL: { schema: httpUrl, help: 'Root address of the Pterodactyl panel.' },
  PANEL_API_KEY: {
    schema: starting(['ptla_'], 'a Pterodactyl application key (ptla_…), not a client key'),
    help: 'Application key of the panel: servers and users read and write; nodes, allocations, eggs, nests read.',
    secret: true,
  },
  DISCORD_TOKEN: {
    schema: present.min(20, 'is too short to be a bot token'),
    help: "Token of the Discord application's bot.",
    secret: true,
  },
  DISCORD_GUILD_ID: { schema: snowflake, help: 'The Discord server.' },
  DISCORD_CHANNEL_ID: {
    schema: snowflake.optional(),
    help: 'The channel for purchases and alerts, until `/setup` chooses one.',
  },
  DISCORD_STAFF_ROLE_ID: {
    schema: snowflake.optional(),
    help: 'The role that may look and act, until `/setup` chooses.',
  },
  DISCORD_ON_CALL_ROLE_ID: {
    schema: snowflake.optional(),
    help: 'The role that a failure pings, until `/setup` chooses one.',
  },
  DISCORD_ESCALATION_ROLE_ID: {
    schema: snowflake.optional(),
    help: 'The role that an alert calls next when nobody acknowledges it, until `/setup` chooses one.',
  },
  DISCORD_ESCALATION_USER_ID: {
    schema: snowflake.optional(),
    help: 'The person that it calls after that, until `/setup` chooses one.',
  },
  DISCORD_ON_CALL_USER_IDS: {
    schema: snowflakes.optional(),
    help: 'People who are named when the on-call role cannot be pinged, with commas between their ids, until `/setup` chooses.',
  },
  PROVISION_TOKEN: {
    schema: present.min(16, 'must have at least 16 characters').optional(),
    help: 'Own token for POST /servers-provision; the service-role key is accepted as well.',
    secret: true,
  },
  DEADLINE_MINUTES: {
    schema: count(1, 1440),
    help: 'From paid to an alert when there is no server.',
    fallback: '10',
  },
  PANEL_REQUESTS_PER_MINUTE: {
    schema: count(20, 10_000),
    help: "What the panel allows the key's owner in a minute, over all keys of that user. Orderly stays under it, with room for staff.",
    fallback: '240',
  },
  LOW_STOCK: {
    schema: count(0, 1000),
    help: 'Fewer servers than this that a region still takes of a plan are a warning; 0 warns of nothing.',
    fallback: '3',
  },
  KEEP_PAYLOADS_DAYS: {
    schema: count(0, 36_500),
    help: "After so many days the payloads of Stripe's events that nothing waits for are let go; 0 keeps them for ever.",
    fallback: '90',
  },
  HEARTBEAT_URL: {
    schema: secretUrl.optional(),
    help: "Address of a dead man's switch: called every minute while all of Orderly is alive.",
    secret: true,
  },
  PAGER_URL: {
    schema: secretUrl.optional(),
    help: 'Webhook of a pager: called when the database is away, or Discord does not take an alert.',
    secret: true,
  },
  PUBLIC_URL: {
    schema: httpUrl.optional(),
    help: 'Where Stripe reaches this deployment (https://…, without /stripe-webhook): its endpoint is checked against it.',
  },
  PORT: { schema: count(0, 65535), help: 'Port of the HTTP server.', fallback: '8080' },
  HOST: { schema: present, help: 'Address that it listens on.', fallback: '0.0.0.0' },
  LOG_LEVEL: {
    schema: present.pipe(
      z.enum(['debug', 'info', 'warn', 'error'], { error: 'must be debug, info, warn or error' }),
    ),
    help: 'How much is logged (JSON lines on stdout).',
    fallback: 'info',
  },
  STRIPE_API_URL: {
    schema: httpUrl,
    help: 'Only for a stand-in of Stripe.',
    fallback: 'https://api.stripe.com',
  },
  DISCORD_API_URL: {
    schema: httpUrl,
    help: 'Only for a proxy before Discord.',
    fallback: 'https://discord.com/api',
  },
} as const satisfies Record<string, Setting>;

export type Values = { [K in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[K]['schema']> };

/** One setting that is missing or wrong; never its value. */
export type SettingProblem = { name: string; message: string };

/** All problems of the settings at once, each with its fix; never a value. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(problems: string[]) {
    super(
      `${problems.length === 1 ? 'One setting is' : `${problems.length} settings are`} missing or wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\nSet them in the environment or in a file .env; README.md says where each comes from.`,
    );
  }
}

/** Reads the settings of a deployment. @throws ConfigError that lists every problem. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const v = readAll(env, SETTINGS);
  return Object.freeze({
    host: v.HOST,
    port: v.PORT,
    logLevel: v.LOG_LEVEL,
    deadlineMs: v.DEADLINE_MINUTES * 60_000,
    lowStock: v.LOW_STOCK,
    keepPayloadsDays: v.KEEP_PAYLOADS_DAYS === 0 ? null : v.KEEP_PAYLOADS_DAYS,
    stripe: {
      secretKey: v.STRIPE_SECRET_KEY,
      webhookSecrets: [v.STRIPE_WEBHOOK_SECRET, v.STRIPE_WEBHOOK_SECRET_PREVIOUS].filter(
        (secret) => secret !== undefined,
      ),
      apiUrl: v.STRIPE_API_URL,
      livemode: v.STRIPE_SECRET_KEY.includes('_live_'),
    },
    supabase: { url: v.SUPABASE_URL, serviceKey: v.SUPABASE_SERVICE_ROLE_KEY },
    provisionToken: v.PROVISION_TOKEN ?? null,
    redisUrl: v.REDIS_URL,
    panel: {
      url: v.PANEL_URL,
      apiKey: v.PANEL_API_KEY,
      requestsPerMinute: v.PANEL_REQUESTS_PER_MINUTE,
    },
    publicUrl: v.PUBLIC_URL ?? null,
    heartbeatUrl: v.HEARTBEAT_URL ?? null,
    pagerUrl: v.PAGER_URL ?? null,
    discord: {
      token: v.DISCORD_TOKEN,
      apiUrl: v.DISCORD_API_URL,
      guildId: v.DISCORD_GUILD_ID,
      first: {
        channelId: v.DISCORD_CHANNEL_ID ?? null,
        onCallRoleId: v.DISCORD_ON_CALL_ROLE_ID ?? null,
        escalationRoleId: v.DISCORD_ESCALATION_ROLE_ID ?? null,
        escalationUserId: v.DISCORD_ESCALATION_USER_ID ?? null,
        namedUserIds: v.DISCORD_ON_CALL_USER_IDS ?? [],
        actRoleIds: v.DISCORD_STAFF_ROLE_ID === undefined ? [] : [v.DISCORD_STAFF_ROLE_ID],
      },
    },
  });
}

/** Every setting that can be read, and what is wrong with the others: for who must work with broken ones as well. */
export function readLoosely(env: NodeJS.ProcessEnv): { values: Partial<Values>; problems: SettingProblem[] } {
  return readEach(env, SETTINGS);
}

/** What `npm run register-commands` needs. @throws ConfigError */
export function readDiscordConfig(env: NodeJS.ProcessEnv): {
  token: string;
  apiUrl: string;
  guildId: string;
} {
  const { DISCORD_TOKEN, DISCORD_API_URL, DISCORD_GUILD_ID } = SETTINGS;
  const v = readAll(env, { DISCORD_TOKEN, DISCORD_API_URL, DISCORD_GUILD_ID });
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

/** Reads `.env` beside the project where there is one; what the environment already has wins. */
export function loadEnvFile(): void {
  if (existsSync('.env')) nodeLoadEnvFile('.env');
}

function readAll<T extends Partial<typeof SETTINGS>>(
  env: NodeJS.ProcessEnv,
  wanted: T,
): Pick<Values, keyof T & keyof Values> {
  const { values, problems } = readEach(env, wanted);
  if (problems.length > 0) throw new ConfigError(problems.map(({ name, message }) => `${name} ${message}`));
  return values as Pick<Values, keyof T & keyof Values>;
}

function readEach(env: NodeJS.ProcessEnv, wanted: Partial<typeof SETTINGS>) {
  const problems: SettingProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting>(wanted)) {
    const read = setting.schema.safeParse(clean(env[name]) ?? setting.fallback);
    if (read.success) values[name] = read.data;
    else problems.push({ name, message: `${read.error.issues[0]?.message}. ${setting.help}` });
  }
  return { values: values as Partial<Values>, problems };
}

/** Pasted values come with stray white space; an empty one counts as absent. */
function clean(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}
