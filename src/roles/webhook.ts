import type { Config, WebhookConfig } from '../config.ts';
import type { WebhookDeps } from '../webhook/deps.ts';
import { createUnkept } from '../webhook/refusals.ts';
import { type RunningRole, redisPart, type Shared } from './shared.ts';

/** What the HTTP server needs to take deliveries. */
export function webhookDeps(shared: Shared, config: Config, own: WebhookConfig): WebhookDeps {
  const { serviceKey } = config.supabase;
  return {
    ...shared,
    webhookSecrets: own.secrets,
    livemode: config.livemode,
    unkept: createUnkept(shared.clock),
    provisionTokens: own.provisionToken === null ? [serviceKey] : [serviceKey, own.provisionToken],
  };
}

/**
 * It lives and stops with the HTTP server. Without Redis it goes on: what is not hinted is found by the sweep, so that is no trouble that
 * should keep Stripe's deliveries away.
 */
export function webhookRole({ hints }: Shared): RunningRole {
  return {
    name: 'webhook',
    troubles: () => [],
    parts: () => ({ redis: redisPart(hints.isReady(), false) }),
    deadParts: () => [],
    standsBy: () => false,
    stop: async () => {},
  };
}
