import { z } from 'zod';

/** What a server needs of its plan, checked and complete. Memory and disk in MiB, cpu in percent of one core. */
export type Plan = {
  id: string;
  name: string;
  egg: number;
  image: string;
  startup: string | null;
  variables: Record<string, string>;
  memory: number;
  disk: number;
  cpu: number;
  swap: number;
  io: number;
  databases: number;
  ports: number;
  backups: number;
};

const whole = z
  .union([
    z.number(),
    z
      .string()
      .trim()
      .regex(/^-?\d+$/, 'must be a whole number')
      .transform(Number),
  ])
  .pipe(z.number().int('must be a whole number'));
const upTo = (most: number, what: string) =>
  whole.pipe(z.number().min(0, `${what} can't be negative`).max(most, `${what} is more than any node has`));
const orElse = (schema: z.ZodType<number>, fallback: number) =>
  schema.nullish().transform((value) => value ?? fallback);

const schema = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  name: z.string().nullish(),
  egg: whole.pipe(z.number().positive('must be the number of an egg on the panel')),
  image: z.string().trim().min(1, 'must name a Docker image'),
  startup: z.string().trim().nullish(),
  variables: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .nullish()
    .transform((variables) => variables ?? {}),
  // 0 means "unlimited" to the panel, which would let one server eat a node: never what a plan sells.
  memory: upTo(4_194_304, 'memory').pipe(z.number().min(1, '0 would mean unlimited memory')),
  disk: upTo(104_857_600, 'disk').pipe(z.number().min(1, '0 would mean unlimited disk')),
  cpu: orElse(upTo(25_600, 'cpu'), 0),
  swap: orElse(whole.pipe(z.number().min(-1)), 0),
  io: orElse(whole.pipe(z.number().min(10).max(1000)), 500),
  databases: orElse(upTo(1000, 'databases'), 0),
  ports: orElse(upTo(1000, 'ports'), 0),
  backups: orElse(upTo(1000, 'backups'), 0),
});

export type PlanReading = { kind: 'plan'; plan: Plan } | { kind: 'incomplete'; detail: string };

/** Reads a row of `plans` (already under our names). What is wrong is said by row and column, so that it can be mended. */
export function readPlan(row: Record<string, unknown>): PlanReading {
  const parsed = schema.safeParse(row);
  if (!parsed.success) {
    const rowId = typeof row.id === 'string' || typeof row.id === 'number' ? String(row.id) : '?';
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return { kind: 'incomplete', detail: `plans "${rowId}": ${problems.join('; ')}`.slice(0, 400) };
  }
  const { name, startup, ...rest } = parsed.data;
  return { kind: 'plan', plan: { ...rest, name: name ?? rest.id, startup: startup || null } };
}
