import type { Attempt, Incident, Purchase, TimelineEntry } from '../../src/orders/purchase.ts';
import type { Alert, IncidentRow } from '../../src/store/store.ts';

/** The moment that all of it is told at. */
export const NOW = Date.parse('2026-11-24T12:00:00Z');
const ago = (seconds: number) => NOW - seconds * 1000;

export const ID = '5f0c2a1e-4b7d-5c3e-9a10-0d9f8e7c6b5a';

/** Waits for its payment: the least that a purchase is. */
export const waiting: Purchase = {
  id: ID,
  now: NOW,
  session_id: 'cs_test_a1B2c3',
  order_id: null,
  source: 'stripe',
  subscription_id: 'sub_1QaBcD',
  payment_intent_id: null,
  invoice_id: null,
  livemode: true,
  user_id: '7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21',
  item_type: 'game',
  plan_id: 'minecraft-4gb',
  term: 'monthly',
  region: 'eu-west',
  server_name: 'Friday crew',
  email: 'buyer@example.com',
  site_email: 'buyer@example.com',
  amount_minor: 749,
  currency: 'eur',
  note: null,
  bought_at: ago(70),
  payment: 'waiting',
  problem_code: null,
  problem_detail: null,
  version: 1,
  look_at: null,
  deadline_at: null,
  lease_until: null,
  attempts: 0,
  panel_user_id: null,
  panel_node_id: null,
  create_sent_at: null,
  creates_sent: 0,
  panel_server_id: null,
  panel_identifier: null,
  node_name: null,
  address: null,
  install: null,
  install_since: null,
  install_late_since: null,
  reinstall_at: null,
  node_asked: null,
  standing_at: null,
  failure_code: null,
  failure_detail: null,
  failed_at: null,
  incident_id: null,
  retried_at: null,
  retried_by: null,
  paid_at: null,
  provisioning_at: null,
  provisioned_at: null,
  ready_at: null,
  closed_at: null,
  close_reason: null,
  erased_at: null,
  created_at: ago(70),
  order: null,
  plan: { name: 'Minecraft 4 GB' },
  timeline: [],
  attempts_made: [],
  incident: null,
  pause: null,
  live_message: null,
};

export const paid: Purchase = {
  ...waiting,
  order_id: ID,
  payment: 'paid',
  paid_at: ago(60),
  look_at: NOW,
  deadline_at: NOW + 540_000,
};

export const attempt = (facts: Partial<Attempt> = {}): Attempt => ({
  id: 1,
  number: 1,
  started_at: ago(58),
  step: 'create',
  ended_at: null,
  outcome: null,
  code: null,
  detail: null,
  ...facts,
});

export const provisioning: Purchase = {
  ...paid,
  provisioning_at: ago(58),
  attempts: 1,
  attempts_made: [attempt()],
  panel_node_id: 2,
  node_name: 'fra-2',
};

/** A try that ended badly, and the next is coming. */
export const failing = (code: string, detail: string | null, facts: Partial<Purchase> = {}): Purchase => ({
  ...provisioning,
  look_at: NOW + 20_000,
  failure_code: code,
  failure_detail: detail,
  failed_at: ago(40),
  attempts_made: [attempt({ ended_at: ago(40), outcome: 'failed', code, detail })],
  ...facts,
});

export const incident = (code: string, facts: Partial<Incident> = {}): Incident => ({
  id: 4,
  fingerprint: `${code}:panel:`,
  code,
  scope: 'panel',
  severity: 'alert',
  detail: null,
  version: 1,
  opened_at: ago(40),
  closed_at: null,
  close_reason: null,
  class: null,
  probe_at: null,
  acked_by_id: null,
  acked_by: null,
  acked_from: null,
  acked_at: null,
  acked_until: null,
  first_acked_at: null,
  on_call_id: null,
  on_call_name: null,
  level: 0,
  started_by: null,
  ...facts,
});

/** Staff were called, and it waits for them. */
export const failed = (code: string, detail: string | null, facts: Partial<Purchase> = {}): Purchase =>
  failing(code, detail, { look_at: null, incident_id: 4, incident: incident(code), ...facts });

export const installing: Purchase = {
  ...provisioning,
  attempts_made: [attempt({ ended_at: ago(50), outcome: 'provisioned' })],
  look_at: NOW + 5_000,
  panel_user_id: 31,
  panel_server_id: 812,
  panel_identifier: 'a1b2c3d4',
  address: 'fra-2.example.com:25565',
  install: 'installing',
  install_since: ago(50),
  provisioned_at: ago(50),
};

export const ready: Purchase = { ...installing, look_at: null, install: 'ready', ready_at: ago(10) };

export const entry = (kind: string, seconds: number, facts: Partial<TimelineEntry> = {}): TimelineEntry => ({
  id: 1,
  at: ago(seconds),
  kind,
  detail: null,
  actor: null,
  ...facts,
});

/** An alert about one order, unless told otherwise. */
export const alert = (code: string, detail: string | null, facts: Partial<Alert> = {}): Alert => ({
  ...incident(code, { detail }),
  joined: 1,
  inside: 1,
  recovered: 0,
  given_up: 0,
  purchases: [failed(code, detail)],
  times: 1,
  last: null,
  ...facts,
});

/** An incident that was over a day ago, by itself. */
export const incidentRow = (facts: Partial<IncidentRow> = {}): IncidentRow => ({
  ...incident('panel_unreachable', { id: 3, opened_at: ago(90_000), closed_at: ago(86_400) }),
  close_reason: 'recovered',
  joined: 3,
  nodes: [],
  plans: ['minecraft-4gb'],
  fix: { at: ago(86_400), by: null, how: null, note: null },
  place: { channel_id: '101', message_id: '202' },
  ...facts,
});
