// What the search of incidents and attempts answers.
import { z } from 'zod';
import { attemptSchema, incidentSchema, timeSchema } from '../orders/purchase.ts';

const text = z.string().nullable();
const ok = z.object({ status: z.literal('ok') });

export const placeSchema = z.object({ channel_id: text, message_id: z.string() });

/** An incident with where it was and how it ended. */
export const incidentRowSchema = incidentSchema
  .pick({
    id: true,
    code: true,
    scope: true,
    severity: true,
    detail: true,
    opened_at: true,
    closed_at: true,
    close_reason: true,
    acked_by: true,
  })
  .extend({
    /** How many orders were ever in it. */
    joined: z.number(),
    /** Names of nodes and ids of plans, four of each at most. */
    nodes: z.array(z.string()),
    plans: z.array(z.string()),
    /** Who did what last that may have mended it, or noted what helped; all null when nobody had to. */
    fix: z.object({ at: timeSchema.nullable(), by: text, how: text, note: text }),
    /** Where its alert stands; null while it is nowhere. */
    place: placeSchema.nullable(),
  });
export type IncidentRow = z.infer<typeof incidentRowSchema>;

export const noteSchema = z.object({
  seq: z.number(),
  at: timeSchema,
  kind: z.string(),
  detail: text,
  actor: text,
  purchase: z.object({ id: z.string(), server_name: text, plan_id: text }).nullable(),
});

/** `node` is the number of what was asked for by name; `first`: nothing newer is left out. */
const page = ok.extend({ more: z.boolean(), first: z.boolean(), node: text });
export const incidentsSchema = page.extend({ incidents: z.array(incidentRowSchema) });
export type IncidentsPage = z.infer<typeof incidentsSchema>;

export const failedAttemptSchema = attemptSchema.extend({
  purchase_id: z.string(),
  plan_id: text,
  node: text,
  purchase: z.object({ id: z.string(), order_id: text, server_name: text, plan_id: text }).nullable(),
});
export type FailedAttempt = z.infer<typeof failedAttemptSchema>;
export const attemptsSchema = page.extend({ attempts: z.array(failedAttemptSchema) });
export type AttemptsPage = z.infer<typeof attemptsSchema>;

export const choicesSchema = ok.extend({
  codes: z.array(z.string()),
  nodes: z.array(z.object({ id: z.string(), name: z.string() })),
  plans: z.array(z.string()),
});
export type IncidentChoices = z.infer<typeof choicesSchema>;

export const sameAsSchema = ok.extend({ incident: incidentRowSchema.nullable() });
