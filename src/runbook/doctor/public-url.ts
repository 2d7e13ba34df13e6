import { z } from 'zod';
import { DOCTOR_HEADER } from '../../webhook/doctor-header.ts';
import type { CertificateLook } from './certificate.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { Probe, Reply } from './probe.ts';

export type PublicUrlDeps = {
  probe: Probe;
  publicUrl: string | null;
  livemode: boolean;
  nowMs: number;
  readCertificate: (url: URL) => Promise<CertificateLook>;
};

export type PublicUrlFacts = {
  url: URL;
  livemode: boolean;
  nowMs: number;
  health: Reply;
  webhook: Reply;
  /** Null: not https. */
  certificate: CertificateLook | null;
};

const { ok, warn, bad, unknown } = findingsOf('public url');
const DAY_MS = 24 * 60 * 60_000;
const WARN_DAYS = 14;
const PROXY_FIX = 'Look at the proxy before Orderly: README.md, "TLS behind a reverse proxy".';
const healthSchema = z.object({ status: z.literal('ok') });
const refusalSchema = z.object({ error: z.string() });

/** Looks whether Stripe could reach this deployment, by the way that Stripe takes. */
export async function checkPublicUrl(deps: PublicUrlDeps): Promise<Finding[]> {
  const { publicUrl, livemode, nowMs, probe } = deps;
  if (publicUrl === null)
    return [
      warn('PUBLIC_URL', "not set: the way in can't be looked at", 'Set it to where Stripe reaches Orderly.'),
    ];
  const url = new URL(publicUrl);
  const [health, webhook, certificate] = await Promise.all([
    probe({ url: `${publicUrl}/healthz` }),
    probe({
      url: `${publicUrl}/stripe-webhook`,
      method: 'POST',
      headers: { 'content-type': 'application/json', [DOCTOR_HEADER]: '1' },
      body: '{}',
    }),
    url.protocol === 'https:' ? deps.readCertificate(url) : null,
  ]);
  return judgePublicUrl({ url, livemode, nowMs, health, webhook, certificate });
}

/** Pure. */
export function judgePublicUrl(facts: PublicUrlFacts): Finding[] {
  return [schemeFinding(facts), healthFinding(facts.health), webhookFinding(facts.webhook)];
}

function schemeFinding({ url, livemode, certificate, nowMs }: PublicUrlFacts): Finding {
  if (certificate !== null) return certificateFinding(certificate, nowMs);
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (isLoopback && !livemode) return ok('https', 'not needed on loopback');
  return bad(
    'https',
    `${url.origin} is plain http: Stripe calls https only`,
    `${PROXY_FIX} Then set PUBLIC_URL.`,
  );
}

function certificateFinding(look: CertificateLook, nowMs: number): Finding {
  if (look.kind === 'silence') return unknown('certificate', look.reason, PROXY_FIX);
  const { distrust, validToMs } = look;
  const days = Math.floor((validToMs - nowMs) / DAY_MS);
  const fix = 'Renew it, with the whole chain, and reload the proxy.';
  if (distrust !== null) return bad('certificate', `not to be trusted (${distrust})`, fix);
  if (validToMs < nowMs) return bad('certificate', 'it has expired', fix);
  if (days < WARN_DAYS)
    return warn('certificate', `it ends in ${days} days`, `${fix} Does it renew by itself?`);
  return ok('certificate', `trusted, for ${days} days`);
}

function healthFinding(reply: Reply): Finding {
  if (reply.kind === 'silence') return unreached('reachable', reply.reason);
  const isOurs = reply.status === 200 && healthSchema.safeParse(reply.json).success;
  if (isOurs) return ok('reachable', `/healthz answers in ${reply.takenMs} ms`);
  return bad('reachable', `/healthz answers ${reply.status}, and not as Orderly does`, PROXY_FIX);
}

function webhookFinding(reply: Reply): Finding {
  if (reply.kind === 'silence') return unreached('webhook', reply.reason);
  const said = refusalSchema.safeParse(reply.json).data?.error ?? '';
  if (reply.status === 400 && said.includes('Stripe-Signature'))
    return ok('webhook', '/stripe-webhook answers, and takes nothing unsigned');
  const words = `/stripe-webhook answers ${reply.status} to an unsigned call, where Orderly answers 400`;
  return bad('webhook', words, `${PROXY_FIX} It must pass POST /stripe-webhook as it is.`);
}

function unreached(check: string, reason: string): Finding {
  return unknown(check, reason, `Is Orderly running? ${PROXY_FIX}`);
}
