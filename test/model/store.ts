import { z } from 'zod';
import type { Call } from '../../src/store/call.ts';
import { StoreError } from '../../src/store/call.ts';
import type { VirtualClock } from './clock.ts';
import type { ModelDatabase } from './database.ts';
import type { Fencing } from './fencing.ts';
import type { Actor, Gates } from './gates.ts';
import type { SqlAnswer, SqlCall } from './sql-calls.ts';
import type { Trace } from './trace.ts';

type CallDeps = {
  gates: Gates;
  clock: VirtualClock;
  database: ModelDatabase;
  trace: Trace;
  refusals: string[];
  /** Sees every answer of the database, also one that its caller never gets. */
  fencing: Fencing;
};

const about = z.object({ step: z.string(), outcome: z.object({ kind: z.string() }) }).partial();

/** The call of src/store/call.ts, straight to the functions and through the gates. */
export function createGatedCall(deps: CallDeps, actor: Actor): Call {
  const { gates, clock } = deps;
  return async (name, input, schema, timeoutMs) => {
    const { step, outcome } = about.parse(input);
    const label = [name.replace('orderly_', ''), step ?? outcome?.kind].filter(Boolean).join(' ');
    const gate = { actor, target: 'store' as const, label };
    const sent = await gates.pass({ ...gate, kind: 'send' });
    if (sent === 'lost') throw new StoreError(`${name}: the database does not answer`, '');
    const timeout = clock.timeout(timeoutMs);
    const beforeCommit = sent === 'held' ? () => gates.pass({ ...gate, kind: 'commit' }) : null;
    const work = run(deps, { name, input: JSON.stringify(input), beforeCommit });
    const reply = await Promise.race([work, aborted(timeout)]);
    const read = reply === null ? 'aborted' : await gates.pass({ ...gate, kind: 'answer' }, timeout);
    if (reply === null || read !== 'go') throw new StoreError(`${name}: the answer did not come`, '');
    if ('error' in reply) throw new StoreError(`${name}: ${reply.error}`, reply.code);
    const parsed = schema.safeParse(reply.answer);
    if (parsed.success) return parsed.data;
    deps.refusals.push(`${name} answered in another shape: ${parsed.error.issues[0]?.path.join('.')}`);
    throw new StoreError(`${name} answered in another shape`, 'shape');
  };
}

async function run(
  { database, trace, refusals, fencing, clock }: CallDeps,
  call: SqlCall,
): Promise<SqlAnswer> {
  const { name, input } = call;
  const askedAtMs = clock.now();
  const reply = await database.calls.run(call);
  // No function raises for something that is expected, and no two of them lock each other.
  if ('error' in reply) refusals.push(`${name} ${input.slice(0, 300)}: ${reply.code} ${reply.error}`);
  else fencing.watch(name, JSON.parse(input), reply.answer, askedAtMs);
  const status = 'answer' in reply ? z.looseObject({ status: z.string() }).safeParse(reply.answer) : null;
  trace.add(`  ${name.replace('orderly_', '')} → ${status?.data?.status ?? JSON.stringify(reply)}`);
  return reply;
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
}
