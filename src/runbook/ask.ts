import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { PanelResult } from '../panel/client.ts';
import type { StripeResult } from '../stripe/result.ts';
import { known, type Source } from './facts.ts';

/** Asks one source, with a deadline of its own: a dead source is an answer, never a hanging Inspect. Never rejects. */
export type Ask = <T>(what: string, question: () => Promise<Source<T>>) => Promise<Source<T>>;

/** @param ms how long each source may take, in milliseconds of the clock. */
export function createAsk(clock: Clock, ms: number): Ask {
  return async (what, question) => {
    const late = clock
      .sleep(ms)
      .then(() => ({ kind: 'unknown' as const, reason: `${what}: no answer within ${ms / 1000} seconds` }));
    const asked = question().catch((thrown: unknown) => ({
      kind: 'unknown' as const,
      reason: `${what}: ${toError(thrown).message.slice(0, 200)}`,
    }));
    return Promise.race([asked, late]);
  };
}

/** What the database answered. */
export async function fromStore<T>(question: Promise<T>): Promise<Source<T>> {
  return known(await question);
}

export async function fromStripe<T>(question: Promise<StripeResult<T>>): Promise<Source<T | null>> {
  const answer = await question;
  if (answer.kind === 'ok') return known(answer.value);
  if (answer.kind === 'missing') return known(null);
  const { reason, message } = answer;
  return reason === 'no_permission' || reason === 'bad_key'
    ? { kind: 'unknown', reason: message, key: reason }
    : { kind: 'unknown', reason: message };
}

export async function fromPanel<T>(question: Promise<PanelResult<T>>): Promise<Source<T>> {
  const answer = await question;
  if (answer.kind === 'ok') return known(answer.value);
  const { request, status, kind, detail } = answer.fault;
  const reason = `${request} → ${status ?? kind}${detail ? `: ${detail}` : ''}`;
  return { kind: 'unknown', reason, fault: answer.fault };
}
