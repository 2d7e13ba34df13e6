import { z } from 'zod';
import { ROLES } from '../lib/roles.ts';
import { messageSchema } from '../orders/purchase.ts';

const KINDS = messageSchema.shape.kind.options;
const NONE = { waiting: 0, oldest_s: 0 };

/** All of Orderly in numbers. Every kind of message and every role that this version knows has a row, the others none. */
export const numbersSchema = z.object({
  unserved: z.object({
    waiting: z.number(),
    overdue: z.number(),
    stuck: z.number(),
    /** Seconds, as all that ends so. */
    oldest_s: z.number(),
  }),
  due: z.object({ orders: z.number(), oldest_s: z.number() }),
  events: z.number(),
  messages: z
    .array(z.object({ kind: z.string(), waiting: z.number(), oldest_s: z.number() }))
    .transform((rows) => KINDS.map((kind) => rows.find((row) => row.kind === kind) ?? { ...NONE, kind })),
  incidents: z.array(
    z.object({
      severity: z.enum(['alert', 'warning']),
      code: z.string(),
      open: z.number(),
      unacknowledged: z.number(),
    }),
  ),
  /** The last forecast; null when there was none. */
  stock: z
    .object({ age_s: z.number(), rows: z.array(z.object({ region: z.string(), servers: z.number() })) })
    .nullable()
    .catch(null),
  /** The shared row of the panel's requests, as it was `age_ms` ago; null when nobody asked for any yet. */
  budget: z.object({ tokens: z.number(), age_ms: z.number(), hold_ms: z.number() }).nullable(),
  alive: z
    .array(z.object({ role: z.string(), processes: z.number() }))
    .transform((rows) =>
      ROLES.map((role) => rows.find((row) => row.role === role) ?? { role, processes: 0 }),
    ),
  led: z.boolean(),
});
export type Numbers = z.infer<typeof numbersSchema>;
