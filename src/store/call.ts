import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { z } from 'zod';
import { boundedFetch } from '../lib/bounded-fetch.ts';
import type { Clock } from '../lib/clock.ts';
import { type ObserveOutbound, observedFetch } from '../lib/outbound.ts';

export type StoreDeps = {
  url: string;
  serviceKey: string;
  clock: Clock;
  /** Hears of every request; without it, nobody does. */
  observe?: ObserveOutbound;
};

/** The database could not be asked, or refused: nothing is known about what was to be done. */
export class StoreError extends Error {
  override name = 'StoreError';
  /** SQLSTATE or the HTTP layer's own code; empty when nothing answered. */
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** Every answer of ours has a bound of rows, far below it. */
const MOST_MIB = 32;

/** Calls one SQL function and reads its answer. The only way to the database, so that no `{ error }` can be ignored. */
export type Call = <T>(name: string, input: object, schema: z.ZodType<T>, timeoutMs: number) => Promise<T>;

/** @returns a call that throws StoreError when the database can't be asked, answers an error, or answers in another shape. */
export function createCall(deps: StoreDeps): Call {
  const client: SupabaseClient = createClient(deps.url, deps.serviceKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    // Waiting is decided by the caller: a retry in here would stall a Stripe delivery for seconds.
    db: { retry: false },
    global: { fetch: boundedFetch(MOST_MIB, deps.observe && observedFetch(deps.observe)) },
  });
  return async (name, input, schema, timeoutMs) => {
    const { data, error } = await client
      .rpc(name, { p: JSON.stringify(input) })
      .abortSignal(deps.clock.timeout(timeoutMs));
    if (error) throw new StoreError(`${name}: ${safe(error.message)}`, error.code ?? '');
    const read = schema.safeParse(data);
    if (read.success) return read.data;
    const where = read.error.issues[0]?.path.join('.') ?? '';
    throw new StoreError(`${name} answered in another shape than expected, at "${where}"`, 'shape');
  };
}

/** The server's words without line breaks; it never quotes our input, but a proxy's error page would fill a log. */
function safe(message: string): string {
  return message.replaceAll(/\s+/g, ' ').slice(0, 200);
}
