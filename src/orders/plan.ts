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

/** What is said of a value of a wrong type, or of none. */
const wanted = (what: string) => ({
  error: ({ input }: { input?: unknown }) => (input === null || input === undefined ? 'is empty' : what),
});
const WHOLE = 'must be a whole number';
const whole = z
  .union(
    [
      z.number(),
      z
        .string()
        .trim()
        .regex(/^-?\d{1,15}$/)
        .transform(Number),
    ],
    wanted(WHOLE),
  )
  .pipe(z.number().int(WHOLE));
const upTo = (most: number, what: string, least = 0) =>
  whole.pipe(
    z.number().min(least, `${what} can't be negative`).max(most, `${what} is more than any node has`),
  );
const IO = 'must be from 10 to 1000';
const orElse = (schema: z.ZodType<number>, fallback: number) =>
  schema.nullish().transform((value) => value ?? fallback);

const schema = z.object({
  id: z.union([z.string(), z.number()], wanted('must be a text')).transform(String),
  name: z.string(wanted('must be a text')).nullish(),
  egg: whole.pipe(z.number().positive('must be the number of an egg on the panel')),
  image: z.string(wanted('must be a text')).trim().min(1, 'must name a Docker image'),
  startup: z.string(wanted('must be a text')).trim().nullish(),
  variables: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean()], wanted('must be a text or a number')).transform(String),
      wanted('must be a JSON object of texts and numbers'),
    )
    .nullish()
    .transform((variables) => variables ?? {}),
  // 0 means "unlimited" to the panel, which would let one server eat a node: never what a plan sells.
  memory: upTo(4_194_304, 'memory').pipe(z.number().min(1, '0 would mean unlimited memory')),
  disk: upTo(104_857_600, 'disk').pipe(z.number().min(1, '0 would mean unlimited disk')),
  cpu: orElse(upTo(25_600, 'cpu'), 0),
  swap: orElse(upTo(4_194_304, 'swap', -1), 0),
  io: orElse(whole.pipe(z.number().min(10, IO).max(1000, IO)), 500),
  databases: orElse(upTo(1000, 'databases'), 0),
  ports: orElse(upTo(1000, 'ports'), 0),
  backups: orElse(upTo(1000, 'backups'), 0),
});

/** `column` is a column of `plans`, or one variable of it: `variables.MAX_PLAYERS`. */
export type PlanProblem = { column: string; message: string };
export type PlanReading =
  | { kind: 'plan'; plan: Plan }
  | { kind: 'incomplete'; detail: string; problems: PlanProblem[] };

/** Reads a row of `plans` (already under our names). What is wrong is said by row and column, so that it can be mended. */
export function readPlan(row: Record<string, unknown>): PlanReading {
  const parsed = schema.safeParse(row);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ column: path.join('.'), message }));
    const said = problems.map(({ column, message }) => `${column}: ${message}`).join('; ');
    return { kind: 'incomplete', detail: `plans "${planIdOf(row)}": ${said}`.slice(0, 400), problems };
  }
  const { name, startup, ...rest } = parsed.data;
  return { kind: 'plan', plan: { ...rest, name: name ?? rest.id, startup: startup || null } };
}

/** The id of a row of `plans` that may lack everything; "?" when it has none. */
export function planIdOf(row: Record<string, unknown>): string {
  return typeof row.id === 'string' || typeof row.id === 'number' ? String(row.id) : '?';
}
