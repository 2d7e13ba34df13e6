import type { Facts, Source } from '../../src/runbook/facts.ts';
import { known } from '../../src/runbook/facts.ts';
import type { Evidence } from '../../src/store/store.ts';
import { API_VERSION, HANDLED_EVENTS } from '../../src/stripe/effect.ts';
import type { CheckoutSession, WebhookEndpoint } from '../../src/stripe/schemas.ts';
import { NOW, paid } from './purchase-rows.ts';

const seconds = NOW / 1000;

export const session: CheckoutSession = {
  id: 'cs_test_a1B2c3',
  object: 'checkout.session',
  mode: 'subscription',
  status: 'complete',
  payment_status: 'paid',
  metadata: { item_type: 'game', plan_id: 'minecraft-4gb' },
  subscription: 'sub_1QaBcD',
  customer: 'cus_1',
  payment_intent: null,
  invoice: 'in_1',
  amount_total: 749,
  currency: 'eur',
  livemode: true,
  created: seconds - 3_600,
  customer_details: { email: 'buyer@example.com' },
  customer_email: null,
};

export const endpoint: WebhookEndpoint = {
  id: 'we_1',
  url: 'https://orderly.example.com/stripe-webhook',
  status: 'enabled',
  enabled_events: [...HANDLED_EVENTS],
  livemode: true,
  api_version: API_VERSION,
};

/** The session's event as Stripe lists it. */
export const made = {
  id: 'evt_1',
  type: 'checkout.session.completed',
  created: seconds - 3_500,
  pending: true,
};

export const evidence: Evidence = {
  status: 'ok',
  now: NOW,
  cutover_at: NOW - 86_400_000,
  events: [
    {
      id: 'evt_1',
      type: 'checkout.session.completed',
      state: 'processed',
      reason: null,
      received_at: NOW - 3_499_000,
    },
  ],
  refusals: [],
  sweep_until: NOW + 10_000,
  ended_attempt_at: null,
};

export const refusal = (code: string | null, facts: Partial<Evidence['refusals'][number]> = {}) => ({
  reason: code ?? 'the Stripe-Signature header is missing',
  code,
  http_status: 400,
  count: 1,
  since: NOW - 1_000,
  until: NOW - 1_000,
  ...facts,
});

export const blind = <T>(what = 'no answer'): Source<T> => ({ kind: 'unknown', reason: what });

const node = {
  id: 1,
  uuid: 'n1',
  name: 'fra-1',
  public: true,
  maintenance: false,
  memoryMib: 65_536,
  memoryOverallocate: 0,
  diskMib: 512_000,
  diskOverallocate: 0,
  allocatedMemoryMib: 0,
  allocatedDiskMib: 0,
  allocations: [{ id: 1, ip: '10.0.0.1', alias: null, port: 25_565, assigned: false }],
};
export const egg = {
  id: 1,
  nestId: 1,
  name: 'Paper',
  dockerImages: ['java_21'],
  startup: 'java',
  variables: [],
};
export const plan = {
  id: 'minecraft-4gb',
  name: 'Minecraft 4 GB',
  game: 'Minecraft',
  egg: 1,
  image: 'java_21',
  memory: 4096,
  disk: 20_480,
};

/** A paid order that waits for its server, and nothing is wrong with anything. */
export const facts = (changes: Partial<Facts> = {}): Facts => ({
  now: NOW,
  session: known(session),
  event: known({ ...made, pending: false }),
  endpoints: known([endpoint]),
  purchase: known(orderOf(paid)),
  evidence: known(evidence),
  catalogue: known({
    status: 'ok',
    nodes: [{ id: '1', name: 'fra-1', panelNodeId: 1, region: 'eu-west', enabled: true }],
    plans: [],
    reservations: [],
    paused_nodes: [],
    checks: { sender: { at: NOW, result: { endpointId: 'we_1' } } },
  }),
  snapshot: known({ nodes: [node], takenAtMs: NOW }),
  egg: known(egg),
  server: known(null),
  owner: known(null),
  settings: { publicUrl: 'https://orderly.example.com', livemode: true, slowDeliveryMs: 900_000 },
  ...changes,
});

/** What nobody told us of: no row, no event of it. */
export const untold = (changes: Partial<Facts> = {}): Facts =>
  facts({
    purchase: known(null),
    event: known(made),
    evidence: known({ ...evidence, events: [] }),
    egg: known(null),
    ...changes,
  });

/** A purchase with its order row and a whole plan. */
export function orderOf(p: typeof paid): typeof paid {
  const { id, user_id, plan_id, item_type, server_name } = p;
  const order = { id, user_id, plan_id, item_type, server_name, status: 'paid', stripe_sub_id: null };
  return { ...p, plan, order: { ...order, pterodactyl_server_id: null, created_at: NOW } };
}

/** How the panel fails when it is not there. */
export const panelAway = <T>(): Source<T> => ({
  kind: 'unknown',
  reason: 'GET /nodes → no_connection',
  fault: {
    request: 'GET /nodes',
    kind: 'no_connection',
    status: null,
    code: null,
    detail: null,
    field: null,
    rule: null,
    fields: [],
    retryAfterMs: null,
  },
});
