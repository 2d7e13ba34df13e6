import Stripe from 'stripe';

/** Why a call to the webhook is refused. None of these says anything about what the call carried. */
export type SignatureRefusal =
  | 'no_header'
  | 'malformed_header'
  | 'no_match'
  | 'too_old'
  | 'not_json'
  | 'thin';

export type SignatureCheck =
  /** `event` is the parsed JSON, not yet checked against a schema. */
  { kind: 'valid'; event: unknown } | { kind: 'invalid'; reason: SignatureRefusal };

export type SignedRequest = {
  /** The body exactly as it arrived: the signature covers bytes, not meaning. */
  rawBody: Buffer;
  /** The `Stripe-Signature` header. */
  header: string | undefined;
  /** The endpoint's signing secrets (`whsec_…`): the current one, then the previous one while Stripe rolls them. */
  secrets: readonly string[];
  /** Now, in milliseconds since the epoch. */
  nowMs: number;
  /** How old a signature may be, in seconds; above 0. Stripe's own default is 300. */
  toleranceSeconds?: number;
};

// What Stripe documents at https://docs.stripe.com/webhooks/signature: `t=<seconds>,v1=<hex>[,v1=<hex>…]`, other schemes
// ignored. Checked here because the SDK takes the digits that it finds, and reports every kind of refusal alike.
const TIMESTAMP = /(?:^|,)t=\d{1,12}(?:,|$)/;
const SIGNATURE = /(?:^|,)v1=[0-9a-f]{64}(?:,|$)/;

// For the SDK a tolerance of 0 means "do not look at the age".
const ANY_AGE = 0;

/**
 * Decides whether Stripe sent this body, with stripe-node's own verification and our clock.
 *
 * The SDK's error object carries the whole payload and header, so it never leaves this function.
 *
 * @returns the parsed body, or the reason for refusing it. A signature in the future passes, as it does in the SDK: it
 * was made with our secret, and `t` is not a clock.
 * @throws RangeError when `toleranceSeconds` is not above 0, because the SDK would take that for "any age".
 */
export function verifySignature(request: SignedRequest): SignatureCheck {
  const toleranceSeconds = request.toleranceSeconds ?? 300;
  if (!(toleranceSeconds > 0)) throw new RangeError('the tolerance of a signature must be above 0 seconds');
  const { header } = request;
  if (header === undefined || header.trim() === '') return refuse('no_header');
  if (!TIMESTAMP.test(header) || !SIGNATURE.test(header)) return refuse('malformed_header');
  const body = decode(request.rawBody);
  if (body === null) return refuse('no_match');

  const isSignedWith = (secret: string, maxAgeSeconds: number) => {
    try {
      // The last argument is "received at", in milliseconds; the age is counted in whole seconds from it.
      const { signature } = Stripe.webhooks;
      return signature?.verifyHeader(body, header, secret, maxAgeSeconds, undefined, request.nowMs) === true;
    } catch {
      return false;
    }
  };
  const signer = request.secrets.find((secret) => isSignedWith(secret, ANY_AGE));
  if (signer === undefined) return refuse('no_match');
  return isSignedWith(signer, toleranceSeconds) ? parse(body) : refuse('too_old');
}

/** Stripe sends UTF-8. A lenient decoder maps different bytes to one text, which would then verify for all of them. */
function decode(rawBody: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rawBody);
  } catch {
    return null;
  }
}

function parse(body: string): SignatureCheck {
  try {
    const event: unknown = JSON.parse(body);
    return isThin(event) ? refuse('thin') : { kind: 'valid', event };
  } catch {
    return refuse('not_json');
  }
}

/** A destination set up for "thin" payloads sends only a pointer to what changed. */
function isThin(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'object' in event && event.object === 'v2.core.event';
}

function refuse(reason: SignatureRefusal): SignatureCheck {
  return { kind: 'invalid', reason };
}
