import type postgres from 'postgres';
import { z } from 'zod';
import { isReference, leavesOf, mapLeaves, type Step, type Version } from './version.ts';

/** A call that is not answered as it was, and how. */
export type Broken = { step: number; name: string; problem: string };

/**
 * Makes the calls of a version again, as the role that the product has, on a fresh database of today.
 *
 * @returns how many were made, and those whose answer that version could not read, or that came to something else.
 */
export async function replay(
  sql: postgres.Sql,
  version: Version,
): Promise<{ calls: number; broken: Broken[] }> {
  const schemas = new Map(
    Object.entries(version.answers).map(([name, schema]) => [name, z.fromJSONSchema(schema)] as const),
  );
  const answers: unknown[] = [];
  const broken: Broken[] = [];
  let nowMs = version.steps[0]?.at_ms ?? 0;
  await sql`update orderly_settings set value = to_jsonb(to_timestamp(${nowMs / 1000 - 3600})) where key = 'cutover_at'`;
  for (const [index, step] of version.steps.entries()) {
    nowMs = Math.max(nowMs, step.at_ms);
    await setClock(sql, nowMs);
    if ('sql' in step) {
      await sql.unsafe(step.sql);
      answers.push(null);
      continue;
    }
    const made = await makeCall(sql, step.name, withAnswers(step.input, answers));
    answers.push(made.answer);
    const problem = made.error ?? problemOf(step, made.answer, schemas.get(step.name));
    if (problem !== null) broken.push({ step: index, name: step.name, problem });
  }
  return { calls: version.steps.filter((step) => 'name' in step).length, broken };
}

const toldSchema = z.looseObject({ status: z.string(), outcome: z.string().nullish() });

function problemOf(
  step: Extract<Step, { name: string }>,
  answer: unknown,
  schema: z.ZodType | undefined,
): string | null {
  if (!schema) return 'that version has no schema of its answer';
  const read = schema.safeParse(answer);
  if (!read.success) return `the answer has another shape: ${z.prettifyError(read.error).slice(0, 300)}`;
  const { status, outcome = null } = toldSchema.parse(answer);
  if (status === step.status && outcome === step.outcome) return null;
  return `it came to ${status} ${outcome ?? ''}, not to ${step.status} ${step.outcome ?? ''}`;
}

async function makeCall(
  sql: postgres.Sql,
  name: string,
  input: unknown,
): Promise<{ answer: unknown; error: string | null }> {
  try {
    return await sql.begin(async (transaction) => {
      await transaction`set local role service_role`;
      const [row] = await transaction.unsafe(`select public.${name}($1) as answer`, [JSON.stringify(input)]);
      return { answer: row?.answer, error: null };
    });
  } catch (thrown) {
    return { answer: null, error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** What an earlier answer told is told by the answer of now. */
function withAnswers(input: unknown, answers: unknown[]): unknown {
  return mapLeaves(input, (leaf) => {
    if (!isReference(leaf)) return leaf;
    const [index, place] = leaf.$answer;
    return leavesOf(answers[index]).find(([at]) => at === place)?.[1] ?? null;
  });
}

async function setClock(sql: postgres.Sql, nowMs: number): Promise<void> {
  const clock = sql.json({ start_ms: nowMs, started_at_ms: 0, factor: 0 });
  await sql`insert into orderly_settings (key, value) values ('clock', ${clock})
    on conflict (key) do update set value = excluded.value`;
}
