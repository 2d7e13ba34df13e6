import Stripe from 'stripe';
import type { z } from 'zod';
import { AnswerTooLargeError } from '../lib/bounded-fetch.ts';

export type StripeFaultReason =
  /** No connection, or no answer in time. Whether Stripe is there is not known. */
  | 'no_answer'
  | 'rate_limited'
  /** The key is right but a restricted key lacks a permission; the message names it when Stripe did. */
  | 'no_permission'
  | 'bad_key'
  | 'server_error'
  /** Stripe answered, but not as this version of its API is described; or it did not understand the question. */
  | 'unexpected_shape';

export type StripeFault = {
  kind: 'fault';
  reason: StripeFaultReason;
  /** A sentence for staff and logs: no key, no payload, no e-mail in it. */
  message: string;
};

/** What asking Stripe came to. `missing`: Stripe knows no such object (or none in this mode, test or live). */
export type StripeResult<T> = { kind: 'ok'; value: T } | { kind: 'missing' } | StripeFault;

/**
 * Asks Stripe and reads the answer with a schema.
 *
 * @param what names the question in a fault's message, e.g. "the checkout session".
 * @param ask the call; whatever it throws becomes a result, so the SDK's error (with payload and headers) stays here.
 */
export async function askStripe<T>(
  what: string,
  schema: z.ZodType<T>,
  ask: () => Promise<unknown>,
): Promise<StripeResult<T>> {
  try {
    return readAs(what, schema, await ask());
  } catch (error) {
    return toResult(what, error);
  }
}

function readAs<T>(what: string, schema: z.ZodType<T>, answer: unknown): StripeResult<T> {
  const read = schema.safeParse(answer);
  if (read.success) return { kind: 'ok', value: read.data };
  // Only the paths: zod's own messages can quote what was received.
  const paths = read.error.issues.slice(0, 5).map((issue) => issue.path.join('.') || '(top)');
  return fault(
    'unexpected_shape',
    `Stripe's answer for ${what} is not as expected at ${[...new Set(paths)].join(', ')}`,
  );
}

function toResult(what: string, error: unknown): StripeResult<never> {
  const { errors } = Stripe;
  if (!(error instanceof errors.StripeError)) {
    const name = error instanceof Error ? error.name : typeof error;
    return fault('unexpected_shape', `asking Stripe for ${what} failed inside the Stripe library (${name})`);
  }
  const of = `for ${what}${error.requestId ? ` (request ${error.requestId})` : ''}`;
  const inner = error instanceof errors.StripeConnectionError ? causesOf(error.detail) : [];
  const tooLarge = inner.find((cause) => cause instanceof AnswerTooLargeError);
  if (tooLarge) return fault('unexpected_shape', `Stripe gave no usable answer ${of}: ${tooLarge.message}`);
  if (error instanceof errors.StripeConnectionError)
    return fault('no_answer', `Stripe gave no answer ${of}: ${connectionTrouble(inner)}`);
  if (error instanceof errors.StripeRateLimitError)
    return fault('rate_limited', `Stripe limits our requests at the moment ${of}`);
  if (error instanceof errors.StripePermissionError)
    return fault('no_permission', `the Stripe key lacks a permission ${of}${lackedPermission(error)}`);
  if (error instanceof errors.StripeAuthenticationError)
    return fault('bad_key', `Stripe does not accept the key ${of}`);
  if (error instanceof errors.StripeInvalidRequestError) return toInvalidRequest(of, error);
  return fault('server_error', `Stripe failed ${of} with status ${error.statusCode ?? 'unknown'}`);
}

function toInvalidRequest(of: string, error: Stripe.errors.StripeInvalidRequestError): StripeResult<never> {
  if (error.statusCode === 404 || error.code === 'resource_missing') return { kind: 'missing' };
  return fault('unexpected_shape', `Stripe refused the request ${of}: ${error.code ?? 'no code given'}`);
}

function connectionTrouble(causes: Error[]): string {
  const codes = causes.map((cause) => ('code' in cause ? cause.code : null));
  return codes.find((code) => typeof code === 'string') ?? 'the connection failed';
}

/** An error and what it was made of: the library wraps that of a body, and `fetch` that of a connection. */
function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  return [error, ...causesOf('exception' in error ? error.exception : error.cause)];
}

/** Stripe names the permission in its message, between fragments of the key, so only the name is taken. */
function lackedPermission(error: Stripe.errors.StripePermissionError): string {
  const name = /\brak_[a-z0-9_]{1,60}\b/.exec(error.message)?.[0];
  return name === undefined ? '' : `: ${name}`;
}

function fault(reason: StripeFaultReason, message: string): StripeFault {
  return { kind: 'fault', reason, message };
}
