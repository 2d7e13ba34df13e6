import { z } from 'zod';

/** A database time, whatever its rendering, as milliseconds since the epoch. */
export const timeSchema = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) context.addIssue({ code: 'custom', message: 'not a time' });
  return ms;
});
const time = timeSchema;
const maybeTime = time.nullable();
const text = z.string().nullable();
/** A key of the site: a number or a string there, always a string here. */
const key = z.union([z.string(), z.number()]).transform(String).nullable();
const id = z.number().int().nullable();

export const timelineEntrySchema = z.object({
  id: z.number(),
  at: time,
  kind: z.string(),
  detail: text,
  actor: text,
});

export const attemptSchema = z.object({
  id: z.number(),
  number: z.number(),
  started_at: time,
  step: z.string(),
  ended_at: maybeTime,
  outcome: text,
  code: text,
  detail: text,
});

export const incidentSchema = z.object({
  id: z.number(),
  fingerprint: z.string(),
  code: z.string(),
  scope: z.string(),
  severity: z.enum(['alert', 'warning']),
  detail: text,
  version: z.number(),
  opened_at: time,
  closed_at: maybeTime,
  close_reason: text,
  class: text.default(null),
  probe_at: maybeTime.default(null),
  /** Who has it in hand, from whom they took it over, and until when that keeps it quiet. */
  acked_by_id: text.default(null),
  acked_by: text.default(null),
  acked_from: text.default(null),
  acked_at: maybeTime.default(null),
  acked_until: maybeTime.default(null),
  first_acked_at: maybeTime.default(null),
  /** Whoever was on call by name when it began. */
  on_call_id: text.default(null),
  on_call_name: text.default(null),
  /** How many steps of the escalation were used after the first ping. */
  level: z.number().default(0),
  /** Of a drill: who began it. */
  started_by: text.default(null),
});

/** Provisioning that staff hold back, always until a time. */
export const pauseSchema = z.object({
  id: z.number(),
  scope: z.enum(['panel', 'region', 'node', 'plan']),
  subject: z.string(),
  reason: z.string(),
  started_by: z.string(),
  until: time,
});

export const messageSchema = z.object({
  id: z.number(),
  kind: z.enum(['purchase', 'alert', 'board', 'call', 'log', 'test']),
  subject: z.string(),
  generation: z.number(),
  channel_id: text,
  message_id: text,
  wanted_version: z.number(),
  shown_version: z.number(),
  sending_at: maybeTime,
  tries: z.number(),
  /** Now, when it is written long after its rows changed; null when it is written at once. */
  as_of: maybeTime.default(null),
});

/** The site's own order row: only what every site has, and all of it may be strange. */
export const siteOrderSchema = z.object({
  id: key,
  user_id: key,
  plan_id: key,
  item_type: text,
  server_name: text,
  status: text,
  stripe_sub_id: text,
  pterodactyl_server_id: key,
  created_at: maybeTime.catch(null),
});

/** A purchase with all that is known about it: the answer of the SQL function `orderly_view`. */
export const purchaseSchema = z.object({
  id: z.string(),
  now: time,
  session_id: text,
  order_id: text,
  source: z.enum(['stripe', 'site', 'staff']),
  subscription_id: text,
  payment_intent_id: text,
  invoice_id: text,
  livemode: z.boolean().nullable(),
  user_id: text,
  item_type: text,
  plan_id: text,
  term: text,
  region: text,
  server_name: text,
  email: text,
  site_email: text,
  amount_minor: z.number().nullable(),
  currency: text,
  note: text,
  bought_at: maybeTime,
  payment: z.enum(['waiting', 'paid', 'failed', 'expired']),
  problem_code: text,
  problem_detail: text,
  version: z.number(),
  look_at: maybeTime,
  deadline_at: maybeTime,
  lease_until: maybeTime,
  attempts: z.number(),
  panel_user_id: id,
  panel_node_id: id,
  create_sent_at: maybeTime,
  creates_sent: z.number().default(0),
  panel_server_id: id,
  panel_identifier: text,
  node_name: text,
  address: text,
  install: z.enum(['installing', 'ready', 'failed', 'never_finished']).nullable(),
  install_since: maybeTime.default(null),
  install_late_since: maybeTime.default(null),
  reinstall_at: maybeTime.default(null),
  node_asked: id.default(null),
  standing_at: maybeTime.default(null),
  failure_code: text,
  failure_detail: text,
  failed_at: maybeTime,
  incident_id: z.number().nullable(),
  retried_at: maybeTime,
  retried_by: text,
  paid_at: maybeTime,
  provisioning_at: maybeTime,
  provisioned_at: maybeTime,
  ready_at: maybeTime,
  closed_at: maybeTime,
  close_reason: text,
  /** When the customer's data was erased on request. */
  erased_at: maybeTime.default(null),
  created_at: time,
  order: siteOrderSchema.nullable(),
  plan: z.record(z.string(), z.unknown()).nullable(),
  timeline: z.array(timelineEntrySchema),
  attempts_made: z.array(attemptSchema),
  incident: incidentSchema.nullable(),
  pause: pauseSchema.nullable().default(null),
  live_message: messageSchema.nullable(),
});

export type Purchase = z.infer<typeof purchaseSchema>;
export type Incident = z.infer<typeof incidentSchema>;
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export type Attempt = z.infer<typeof attemptSchema>;
export type SiteOrder = z.infer<typeof siteOrderSchema>;
export type Pause = z.infer<typeof pauseSchema>;
export type MessageRow = z.infer<typeof messageSchema>;

/** A purchase with its order row: what a worker looks at. */
export type Order = Purchase & { order_id: string };
