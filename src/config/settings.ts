import type { z } from 'zod';
import type { Role } from '../lib/roles.ts';
import {
  count,
  httpUrl,
  oneOf,
  present,
  redisUrl,
  roles,
  secretUrl,
  snowflake,
  snowflakes,
  starting,
} from './rules.ts';

export type Setting = {
  schema: z.ZodType<unknown, string | undefined>;
  help: string;
  secret?: true;
  fallback?: string;
  /** The roles that use it; without them, all do. */
  roles?: readonly Role[];
};

const WEBHOOK = ['webhook'] as const;
const WORKER = ['worker'] as const;
const BOT = ['bot'] as const;
const WORKER_AND_BOT = ['worker', 'bot'] as const;

/** Every setting with its rule and what a person reads about it. The table in the README is made from this one. */
export const SETTINGS = {
  ROLES: {
    schema: roles,
    help: 'What this process does, with commas between: one process for all, or several that share the work.',
    fallback: 'webhook,worker,bot',
  },
  STRIPE_SECRET_KEY: {
    schema: starting(
      ['sk_test_', 'sk_live_', 'rk_test_', 'rk_live_'],
      'a Stripe secret or restricted key (sk_… or rk_…)',
    ),
    help: 'Stripe key; a restricted one with read rights is enough. Test or live follows from its prefix.',
    secret: true,
    roles: WORKER_AND_BOT,
  },
  STRIPE_MODE: {
    schema: oneOf(['test', 'live'], 'test or live').optional(),
    help: '`test` or `live`: which events the webhook takes. Only for a process that has no `STRIPE_SECRET_KEY` to tell.',
    roles: WEBHOOK,
  },
  STRIPE_WEBHOOK_SECRET: {
    schema: starting(['whsec_'], "the endpoint's signing secret (whsec_…)"),
    help: 'Signing secret of the webhook endpoint.',
    secret: true,
    roles: WEBHOOK,
  },
  STRIPE_WEBHOOK_SECRET_PREVIOUS: {
    schema: starting(['whsec_'], "the endpoint's signing secret (whsec_…)").optional(),
    help: 'The secret before, while it is being rolled.',
    secret: true,
    roles: WEBHOOK,
  },
  SUPABASE_URL: { schema: httpUrl, help: 'Address of the Supabase project.' },
  SUPABASE_SERVICE_ROLE_KEY: {
    schema: present.min(10, 'is too short to be a service-role key'),
    help: 'Service-role (secret) key of the Supabase project.',
    secret: true,
  },
  REDIS_URL: {
    schema: redisUrl,
    help: 'Redis for the queue: `redis://`, or `rediss://` with TLS; name and password before the host (`rediss://name:password@host:6380`).',
    secret: true,
  },
  PANEL_URL: { schema: httpUrl, help: 'Root address of the Pterodactyl panel.', roles: WORKER_AND_BOT },
  PANEL_API_KEY: {
    schema: starting(['ptla_'], 'a Pterodactyl application key (ptla_…), not a client key'),
    help: 'Application key of the panel: servers and users read and write; nodes, allocations, eggs, nests read.',
    secret: true,
    roles: WORKER_AND_BOT,
  },
  DISCORD_TOKEN: {
    schema: present.min(20, 'is too short to be a bot token'),
    help: "Token of the Discord application's bot.",
    secret: true,
    roles: BOT,
  },
  DISCORD_GUILD_ID: { schema: snowflake, help: 'The Discord server.', roles: BOT },
  DISCORD_CHANNEL_ID: {
    schema: snowflake.optional(),
    help: 'The channel for purchases and alerts, until `/setup` chooses one.',
    roles: BOT,
  },
  DISCORD_STAFF_ROLE_ID: {
    schema: snowflake.optional(),
    help: 'The role that may look and act, until `/setup` chooses.',
    roles: BOT,
  },
  DISCORD_ON_CALL_ROLE_ID: {
    schema: snowflake.optional(),
    help: 'The role that a failure pings, until `/setup` chooses one.',
    roles: BOT,
  },
  DISCORD_ESCALATION_ROLE_ID: {
    schema: snowflake.optional(),
    help: 'The role that an alert calls next when nobody acknowledges it, until `/setup` chooses one.',
    roles: BOT,
  },
  DISCORD_ESCALATION_USER_ID: {
    schema: snowflake.optional(),
    help: 'The person that it calls after that, until `/setup` chooses one.',
    roles: BOT,
  },
  DISCORD_ON_CALL_USER_IDS: {
    schema: snowflakes.optional(),
    help: 'People who are named when the on-call role cannot be pinged, with commas between their ids, until `/setup` chooses.',
    roles: BOT,
  },
  PROVISION_TOKEN: {
    schema: present.min(16, 'must have at least 16 characters').optional(),
    help: 'Own token for POST /servers-provision; the service-role key is accepted as well.',
    secret: true,
    roles: WEBHOOK,
  },
  DEADLINE_MINUTES: {
    schema: count(1, 1440),
    help: 'From paid to an alert when there is no server. The same for all processes.',
    fallback: '10',
  },
  PANEL_REQUESTS_PER_MINUTE: {
    schema: count(20, 10_000),
    help: "What the panel allows the key's owner in a minute, over all keys of that user. All processes together stay under it, with room for staff; the same for all.",
    fallback: '240',
    roles: WORKER_AND_BOT,
  },
  LOW_STOCK: {
    schema: count(0, 1000),
    help: 'Fewer servers than this that a region still takes of a plan are a warning; 0 warns of nothing.',
    fallback: '3',
    roles: WORKER,
  },
  KEEP_PAYLOADS_DAYS: {
    schema: count(0, 36_500),
    help: "After so many days the payloads of Stripe's events that nothing waits for are let go; 0 keeps them for ever.",
    fallback: '90',
    roles: WORKER,
  },
  HEARTBEAT_URL: {
    schema: secretUrl.optional(),
    help: "Address of a dead man's switch: called every minute while all of Orderly is alive, wherever it runs.",
    secret: true,
    roles: WORKER,
  },
  PAGER_URL: {
    schema: secretUrl.optional(),
    help: 'Webhook of a pager: called when the database is away, or Discord does not take an alert.',
    secret: true,
    roles: WORKER,
  },
  PUBLIC_URL: {
    schema: httpUrl.optional(),
    help: 'Where Stripe reaches this deployment (https://…, without /stripe-webhook): its endpoint is checked against it.',
    roles: WORKER_AND_BOT,
  },
  METRICS_TOKEN: {
    schema: present.min(16, 'must have at least 16 characters').optional(),
    help: 'Token of `GET /metrics`, for Prometheus; without it there is no such page.',
    secret: true,
  },
  PORT: { schema: count(0, 65535), help: 'Port of the HTTP server.', fallback: '8080' },
  HOST: { schema: present, help: 'Address that it listens on.', fallback: '0.0.0.0' },
  LOG_LEVEL: {
    schema: oneOf(['debug', 'info', 'warn', 'error'], 'debug, info, warn or error'),
    help: 'How much is logged (JSON lines on stdout).',
    fallback: 'info',
  },
  STRIPE_API_URL: {
    schema: httpUrl,
    help: 'Only for a stand-in of Stripe.',
    fallback: 'https://api.stripe.com',
    roles: WORKER_AND_BOT,
  },
  DISCORD_API_URL: {
    schema: httpUrl,
    help: 'Only for a proxy before Discord.',
    fallback: 'https://discord.com/api',
    roles: BOT,
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
export type Values = { [K in SettingName]: z.output<(typeof SETTINGS)[K]['schema']> };
