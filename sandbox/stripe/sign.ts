import Stripe from 'stripe';
import type { StripeFaults } from './switches.ts';

const STALE_SECONDS = 600;

/** The headers and bytes of one attempt. The signature's time is the attempt's, so a retry is never too old. */
export function signDelivery(
  payload: string,
  webhookSecret: string,
  faults: StripeFaults,
  nowMs: number,
): { headers: Record<string, string>; body: Buffer } {
  const timestamp = Math.floor(nowMs / 1000) - (faults.staleSignature ? STALE_SECONDS : 0);
  const signWith = (secret: string) =>
    Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  const current = signWith(faults.wrongSecret ? 'whsec_of_somebody_else' : webhookSecret);
  const previous = faults.previousSecret === null ? '' : `,${schemePart(signWith(faults.previousSecret))}`;
  const body = Buffer.from(faults.corruptBody ? `${payload} ` : payload);
  return {
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(body.length),
      'stripe-signature': `${current}${previous}`,
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    },
  };
}

/** `v1=…` of `t=…,v1=…`: the header has one time and a signature for each secret. */
function schemePart(header: string): string {
  return header.slice(header.indexOf(',') + 1);
}
