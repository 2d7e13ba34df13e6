import { NO_SETTINGS, type Settings } from './bot/settings.ts';
import {
  type BotConfig,
  type Config,
  type Role,
  type SettingProblem,
  secretsOf,
  type Values,
} from './config.ts';

/** What the doctor knows of the settings. Null: what it needs for that part is not there. */
export type DoctorSettings = {
  /** What this process does. The parts that its roles do not use are not looked at. */
  roles: readonly Role[];
  problems: SettingProblem[];
  stripe: { secretKey: string; apiUrl: string } | null;
  /** Null: this process takes no deliveries. */
  webhookSecrets: string[] | null;
  livemode: boolean;
  supabase: Config['supabase'] | null;
  redisUrl: string | null;
  panel: BotConfig['panel'] | null;
  publicUrl: string | null;
  stripeUrl: string;
  discord: { token: string; apiUrl: string; settings: () => Settings } | null;
  /** Null: another process watches. */
  watch: { hasHeartbeat: boolean; hasPager: boolean } | null;
  secrets: string[];
};

/** What a running bot has. */
export function settingsOfConfig(config: Config, bot: BotConfig, settings: () => Settings): DoctorSettings {
  const { roles, livemode, supabase, redisUrl, webhook, worker, secrets } = config;
  const { stripe, panel, publicUrl, discord } = bot;
  return {
    ...{ roles, problems: [], stripe, livemode, supabase, redisUrl, panel, publicUrl, secrets },
    webhookSecrets: webhook?.secrets ?? null,
    stripeUrl: stripe.apiUrl,
    discord: { token: discord.token, apiUrl: discord.apiUrl, settings },
    watch: worker && { hasHeartbeat: worker.heartbeatUrl !== null, hasPager: worker.pagerUrl !== null },
  };
}

/** What can be read of an environment, however much of it is wrong. */
export function settingsOfValues(
  roles: readonly Role[],
  v: Partial<Values>,
  problems: SettingProblem[],
): DoctorSettings {
  const stripeUrl = v.STRIPE_API_URL ?? 'https://api.stripe.com';
  const webhookSecrets = [v.STRIPE_WEBHOOK_SECRET, v.STRIPE_WEBHOOK_SECRET_PREVIOUS];
  return {
    ...{ roles, problems, stripeUrl, publicUrl: v.PUBLIC_URL ?? null, redisUrl: v.REDIS_URL ?? null },
    stripe: whole(v.STRIPE_SECRET_KEY, (secretKey) => ({ secretKey, apiUrl: stripeUrl })),
    webhookSecrets: roles.includes('webhook')
      ? webhookSecrets.filter((secret) => secret !== undefined)
      : null,
    livemode: v.STRIPE_SECRET_KEY?.includes('_live_') ?? v.STRIPE_MODE === 'live',
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
    watch: roles.includes('worker')
      ? { hasHeartbeat: v.HEARTBEAT_URL !== undefined, hasPager: v.PAGER_URL !== undefined }
      : null,
    secrets: secretsOf(v),
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
