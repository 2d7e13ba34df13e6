// What the SQL functions answer.
import { z } from 'zod';
import { ROLES } from '../lib/roles.ts';
import { STANDINGS } from '../orders/board.ts';
import type { SoldPlan } from '../orders/completion.ts';
import {
  incidentSchema,
  messageSchema,
  pauseSchema,
  purchaseSchema,
  siteOrderSchema,
  timeSchema,
} from '../orders/purchase.ts';
import { incidentRowSchema, noteSchema, placeSchema } from './incident-rows.ts';
import { nodeRowSchema, pausedNodeSchema, reservationSchema, troubledSchema } from './rows.ts';

/** "Look at this": what a queue job says, and all that it says. */
export const hintSchema = z.object({
  kind: z.enum(['order', 'event']),
  id: z.string(),
  version: z.number(),
  look_at: z.string().transform((text) => Date.parse(text)),
});
export type Hint = z.infer<typeof hintSchema>;

export const status = <T extends string>(...values: [T, ...T[]]) => z.object({ status: z.enum(values) });
export const ok = status('ok');
const maybeHint = hintSchema.nullish().transform((hint) => hint ?? null);

export const leadSchema = status('held', 'taken', 'free');
/** A newer version may have roles that this one does not know. */
export const pulseSchema = ok.extend({
  others: z.array(z.string()).transform((roles) => ROLES.filter((role) => roles.includes(role))),
});

export const ingestSchema = ok.extend({
  events: z.array(
    z.object({
      id: z.string(),
      status: z.enum(['stored', 'duplicate']),
      state: z.enum(['received', 'processed', 'ignored', 'rejected', 'deferred']),
      purchase_id: z.string().nullish(),
      hint: maybeHint,
    }),
  ),
});

export const claimSchema = z.discriminatedUnion('status', [
  status('unknown', 'busy', 'nothing'),
  z.object({
    status: z.literal('claimed'),
    token: z.number(),
    purchase: purchaseSchema,
    nodes: z.array(nodeRowSchema),
    reservations: z.array(reservationSchema),
    troubled: z.array(troubledSchema),
    paused_nodes: z.array(pausedNodeSchema),
  }),
]);

export const stepSchema = z.discriminatedUnion('status', [
  status('ok', 'port_taken'),
  status('stale', 'closed', 'paused'),
  z.object({ status: z.literal('outdated'), reservations: z.array(reservationSchema) }),
]);

export const askSchema = z.union([
  z.object({ session_id: z.string() }),
  z.object({ payment_intent_id: z.string(), stop: z.enum(['refunded', 'disputed']) }),
]);
export const claimEventSchema = z.discriminatedUnion('status', [
  status('nothing'),
  z.object({ status: z.literal('claimed'), ask: askSchema, type: z.string(), attempts: z.number() }),
]);

const discordId = z.string().regex(/^\d{17,20}$/);
const maybeId = discordId.nullable();
const idList = z.array(discordId).max(10);
/** What was chosen with /setup. A field that is not there was never chosen. */
export const discordSettingsSchema = z.object({
  /** Counts the changes: of two readings the one with the higher is the newer. */
  version: z.number(),
  values: z
    .object({
      channelId: maybeId,
      alertChannelId: maybeId,
      onCallRoleId: maybeId,
      escalationRoleId: maybeId,
      escalationUserId: maybeId,
      namedUserIds: idList,
      viewRoleIds: idList,
      actRoleIds: idList,
      adminRoleIds: idList,
    })
    .partial(),
  changes: z.record(z.string(), z.object({ by: z.string(), at: timeSchema })),
});
export const testedSchema = ok.extend({
  messages: z.array(
    z.object({ channel_id: z.string(), message_id: z.string().nullable(), error: z.string().nullable() }),
  ),
});

export const actionSchema = status('ok', 'repeated').extend({
  outcome: z.string(),
  detail: z.string().nullish(),
  purchase_id: z.string().nullish(),
  order_id: z.string().nullish(),
  by: z.string().nullish(),
  at: z.string().nullish(),
  /** How many orders it concerned. */
  count: z.number().nullish(),
  /** How many wait behind the one that goes first. */
  waiting: z.number().nullish(),
  /** After a choice of /setup: all that is chosen now. */
  settings: discordSettingsSchema.nullish(),
  hint: maybeHint,
});

const ids = z.array(z.string());
export const unknownSchema = ok.extend({ events: ids, sessions: ids });
export const reconcileStateSchema = ok.extend({
  cutover_at: timeSchema,
  events_until: timeSchema.nullable(),
  sessions_until: timeSchema.nullable(),
});
export const recoverSchema = ok.extend({
  outcome: z.enum(['stored', 'duplicate']),
  state: z.string(),
  recovered: z.boolean(),
  purchase_id: z.string().nullish(),
  hint: maybeHint,
});
const refusals = z.array(
  z.object({
    reason: z.string(),
    code: z.string().nullable(),
    http_status: z.number(),
    count: z.number(),
    since: timeSchema,
    until: timeSchema,
  }),
);
export const lookupSchema = ok.extend({ purchases: ids, legacy: siteOrderSchema.nullable() });
export const evidenceSchema = ok.extend({
  now: timeSchema,
  cutover_at: timeSchema,
  events: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      state: z.enum(['received', 'processed', 'ignored', 'rejected', 'deferred']),
      reason: z.string().nullable(),
      received_at: timeSchema,
    }),
  ),
  refusals,
  /** Until when some process leads a chore; null for never. */
  sweep_until: timeSchema.nullable(),
  ended_attempt_at: timeSchema.nullable(),
});
export type Evidence = z.infer<typeof evidenceSchema>;
export const senderSchema = ok.extend({
  now: timeSchema,
  first_event_at: timeSchema.nullable(),
  last_event_at: timeSchema.nullable(),
  /** What the last look at the endpoint found. */
  check: z
    .object({
      endpointId: z.string().nullable(),
      findings: z.array(z.object({ code: z.string(), detail: z.string() })).default([]),
    })
    .nullable(),
  refusals,
  usual_since: z.number(),
});
export type SenderRow = z.infer<typeof senderSchema>;

export const provisionSchema = ok.extend({
  outcome: z.string(),
  order_id: z.string().nullish(),
  purchase_id: z.string().nullish(),
  detail: z.string().nullish(),
  closed: z.boolean().nullish(),
  close_reason: z.string().nullish(),
  item_type: z.string().nullish(),
  order_status: z.string().nullish(),
  server_id: z.number().nullish(),
  hint: maybeHint,
});

export const searchHitSchema = purchaseSchema.pick({
  id: true,
  order_id: true,
  session_id: true,
  server_name: true,
  email: true,
  plan_id: true,
  payment: true,
  problem_code: true,
  install: true,
  failure_code: true,
  item_type: true,
  closed_at: true,
  provisioned_at: true,
  created_at: true,
});
export const searchSchema = ok.extend({ purchases: z.array(searchHitSchema) });

export const listSchema = z.discriminatedUnion('status', [
  status('no_customer'),
  z.object({
    status: z.literal('ok'),
    /** A purchase that names the customer; null when the list is not about one. */
    customer: z.string().nullable(),
    more: z.boolean(),
    /** Nothing newer is left out. */
    first: z.boolean(),
    purchases: z.array(purchaseSchema),
  }),
]);

export const statsSchema = ok.extend({
  since: z.string().transform((text) => Date.parse(text)),
  purchases: z.number(),
  games: z.number(),
  ready: z.number(),
  closed: z.number(),
  failed: z.number(),
  p50_s: z.number().nullable(),
  p95_s: z.number().nullable(),
  causes: z.array(z.object({ code: z.string(), orders: z.number() })),
  retries: z.number(),
  incidents: z.number(),
  open_incidents: z.number(),
  /** From an alert to the first who was on it, and how many alerts had nobody. */
  ack_p50_s: z.number().nullable().default(null),
  acked: z.number().default(0),
  unacked: z.number().default(0),
});
/** One stretch of a chart: what became of the games that came in it. */
export const bucketSchema = z.object({
  at: timeSchema,
  games: z.number(),
  ready: z.number(),
  failed: z.number(),
  closed: z.number(),
  p50_s: z.number().nullable(),
  p95_s: z.number().nullable(),
});
export const seriesSchema = ok.extend({ buckets: z.array(bucketSchema) });

export const findSchema = z.discriminatedUnion('status', [
  status('unknown'),
  z.object({ status: z.literal('found'), purchase: purchaseSchema }),
  z.object({ status: z.literal('legacy'), order: siteOrderSchema }),
]);

const soldPlanSchema = z
  .object({
    id: z.union([z.string(), z.number()]).transform(String),
    name: z.string().nullish().catch(null),
    terms: z
      .array(z.union([z.string(), z.number()]).transform(String))
      .nullish()
      .catch(null),
    price_minor: z.number().nullish().catch(null),
  })
  .transform(
    ({ id, name, terms, price_minor: price }): SoldPlan => ({
      ...{ id, name: name ?? null, terms: terms ?? [], price: price ?? null },
    }),
  );
export const completionSchema = z.discriminatedUnion('status', [
  status('unknown'),
  z
    .object({
      status: z.literal('found'),
      purchase: purchaseSchema,
      plans: z.array(soldPlanSchema),
      regions: z.array(z.string()),
      user_by_email: z.string().nullable(),
    })
    .transform(({ user_by_email: userByEmail, ...rest }) => ({ ...rest, userByEmail })),
]);

export const alertSchema = incidentSchema.extend({
  joined: z.number(),
  inside: z.number(),
  recovered: z.number().default(0),
  /** Closed meanwhile, without a server. */
  given_up: z.number().default(0),
  purchases: z.array(purchaseSchema),
  /** How often this cause was there in the thirty days before, this time included, and the last of them that is over. */
  times: z.number().default(1),
  last: incidentRowSchema.nullable().default(null),
});
/** A ping after the alert's own: why, at which step, and who had the incident before. */
export const callSchema = z.object({
  number: z.number(),
  at: timeSchema,
  reason: z.enum(['unanswered', 'lapsed', 'doubled']),
  level: z.number(),
  acked_by_id: z.string().nullable(),
  acked_by: z.string().nullable(),
  acked_at: timeSchema.nullable(),
  /** False when it must ping nobody any more. */
  stands: z.boolean(),
  incident: alertSchema,
  /** Where the alert stands; null while it is nowhere. */
  alert: placeSchema.nullable(),
});
/** A page of what happened in an incident. */
export const logSchema = z.object({
  page: z.number(),
  /** How many notes there are on all pages. */
  total: z.number(),
  thread_id: z.string().nullable(),
  incident: incidentSchema,
  alert: placeSchema.nullable(),
  notes: z.array(noteSchema),
});
/** One incident by itself, with its last notes. */
export const incidentFoundSchema = z.discriminatedUnion('status', [
  status('unknown'),
  z.object({
    status: z.literal('found'),
    row: incidentRowSchema,
    incident: alertSchema,
    notes: z.array(noteSchema),
  }),
]);
/** Who is on call by name. */
export const shiftSchema = z.object({
  since: timeSchema,
  until: timeSchema.nullable(),
  person_id: z.string(),
  person_name: z.string(),
  by_name: z.string(),
});
/** How a storm goes: purchases by state, and how far their own messages are behind. */
export const boardSchema = z.object({
  now: timeSchema,
  since: timeSchema,
  over_at: timeSchema.nullable(),
  counts: z.partialRecord(z.enum(STANDINGS), z.number()),
  last_minute: z.number(),
  /** Messages of purchases that are to be posted or edited. */
  waiting: z.number(),
  /** Since when the one that waits longest does. */
  oldest: timeSchema.nullable(),
});
export const pendingSchema = ok.extend({
  messages: z.array(
    messageSchema.extend({
      purchase: purchaseSchema.nullable(),
      incident: alertSchema.nullable(),
      board: boardSchema.nullable(),
      call: callSchema.nullable().default(null),
      log: logSchema.nullable().default(null),
    }),
  ),
});

export const judgedSchema = ok.extend({ ready_s: z.array(z.number()).default([]) });
export const finishedSchema = ok.extend({
  servers: z.array(z.object({ id: z.string(), server_id: z.number(), since: z.string().nullable() })),
});
export const activePauseSchema = pauseSchema.extend({ name: z.string().nullable(), held: z.number() });

export type ActivePause = z.infer<typeof activePauseSchema>;
export const unheardSchema = ok.extend({
  incidents: z.array(
    incidentSchema
      .pick({ id: true, code: true, detail: true, opened_at: true })
      .extend({ orders: z.number(), examples: z.array(z.string()) }),
  ),
});

export type SearchHit = z.infer<typeof searchHitSchema>;
export type Alert = z.infer<typeof alertSchema>;
/** An alert that Discord did not take: how many purchases wait under it, and the ids of the first few. */
export type Unheard = z.infer<typeof unheardSchema>['incidents'][number];
export type AlertCall = z.infer<typeof callSchema>;
export type IncidentFound = z.infer<typeof incidentFoundSchema>;
export type LogPage = z.infer<typeof logSchema>;
export type Shift = z.infer<typeof shiftSchema>;
export type Board = z.infer<typeof boardSchema>;
export type PendingMessage = z.infer<typeof pendingSchema>['messages'][number];
export type ListPage = Extract<z.infer<typeof listSchema>, { status: 'ok' }>;
export type Stats = z.infer<typeof statsSchema>;
export type StatsBucket = z.infer<typeof bucketSchema>;
export type Found = z.infer<typeof findSchema>;
/** A test message that /setup asked for: where, and whether it stands there. */
export type Tested = z.infer<typeof testedSchema>['messages'][number];
export type DiscordSettings = z.infer<typeof discordSettingsSchema>;
export type Action = z.infer<typeof actionSchema>;
export type Claim = z.infer<typeof claimSchema>;
export type Claimed = Extract<Claim, { status: 'claimed' }>;
export type StepResult = z.infer<typeof stepSchema>;

/** `no_who`: neither an e-mail nor a user id. `under_way`: refused, because a purchase still needs its data. `before`: it was erased already. `words`: what names the customer. */
export const eraseSchema = z.discriminatedUnion('status', [
  status('no_who'),
  status('under_way').extend({ purchases: z.array(z.string()) }),
  status('ok', 'before', 'nobody').extend({
    purchases: z.array(z.string()),
    /** How many events of these purchases still had their text. */
    events: z.number(),
    users: z.array(z.string()),
    words: z.array(z.string()),
  }),
]);
export const eraseEventsSchema = ok.extend({ found: z.number(), next: z.string().nullable() });
