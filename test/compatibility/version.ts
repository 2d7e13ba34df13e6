import { z } from 'zod';

/** What a value of an earlier answer was replaced by: which answer it came from, and where in it. */
const reference = z.strictObject({ $answer: z.tuple([z.number(), z.string()]) });
export type Reference = z.infer<typeof reference>;

const step = z.union([
  /** A call of a function, as the code of that version made it, and what it was told. */
  z.strictObject({
    at_ms: z.number(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
    status: z.string(),
    outcome: z.string().nullable(),
  }),
  /** What the site, or an operator, did in the database meanwhile. */
  z.strictObject({ at_ms: z.number(), sql: z.string() }),
]);
export type Step = z.infer<typeof step>;

/** One version of the product, seen from the database: what it calls, in the order of one run, and the answers that it can read. */
export const versionSchema = z.strictObject({
  version: z.number(),
  /** JSON Schema of the answer, by function. */
  answers: z.record(z.string(), z.record(z.string(), z.unknown())),
  steps: z.array(step),
});
export type Version = z.infer<typeof versionSchema>;

export function isReference(value: unknown): value is Reference {
  return reference.safeParse(value).success;
}

/** Every string, number and truth value in it, with its place, e.g. `purchase.order.id`. */
export function leavesOf(value: unknown, at = ''): [place: string, leaf: unknown][] {
  if (typeof value !== 'object' || value === null) return [[at, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, at === '' ? key : `${at}.${key}`));
}

/** The same with every leaf, and every reference, made anew. */
export function mapLeaves(value: unknown, change: (leaf: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null || isReference(value)) return change(value);
  if (Array.isArray(value)) return value.map((inner) => mapLeaves(inner, change));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapLeaves(inner, change)]));
}
