import { z } from 'zod';
import { type Finding, findingsOf } from './finding.ts';
import type { Answer, Probe, Reply } from './probe.ts';
import { askHealth } from './supabase.ts';

export type DatabaseDeps = {
  probe: Probe;
  url: string;
  serviceKey: string;
  /** How many migrations this version has. */
  wanted: number;
  nowMs: number;
};

export type DatabaseFacts = { url: string; key: KeyKind; reply: Reply; wanted: number; nowMs: number };

/** What a key says of itself. `project`: the one it was made for. */
export type KeyKind =
  | { kind: 'secret' }
  | { kind: 'publishable' }
  | { kind: 'other' }
  | { kind: 'jwt'; role: string | null; project: string | null; expiresAtMs: number | null };

const { ok, warn, bad, unknown } = findingsOf('database');
const KEY_FIX =
  'Supabase → Project Settings → API: set SUPABASE_SERVICE_ROLE_KEY to the service-role key, or to a key sb_secret_….';
const URL_FIX =
  'Supabase → Project Settings → API: set SUPABASE_URL to the address of the project, without a path.';
const MIGRATE_FIX = 'Run `npm run migrate` with SUPABASE_DB_URL.';
const claimsSchema = z.object({
  role: z.string().optional(),
  ref: z.string().optional(),
  exp: z.number().optional(),
});
const errorSchema = z.object({ code: z.string().nullish(), message: z.string().nullish() });
const healthSchema = z.object({ status: z.literal('ok'), migrations: z.number() });

/** Looks at address, key and migrations. Reads only. */
export async function checkDatabase(deps: DatabaseDeps): Promise<Finding[]> {
  const { url, serviceKey, wanted, nowMs } = deps;
  const reply = await askHealth(deps.probe, { url, serviceKey });
  return judgeDatabase({ url, key: keyKindOf(serviceKey), reply, wanted, nowMs });
}

/** Pure. */
export function judgeDatabase(facts: DatabaseFacts): Finding[] {
  return [keyFinding(facts), ...replyFindings(facts)];
}

/** What kind of key it is. The signature of a JWT is not looked at: that is Supabase's matter. Pure. */
export function keyKindOf(key: string): KeyKind {
  if (key.startsWith('sb_secret_')) return { kind: 'secret' };
  if (key.startsWith('sb_publishable_')) return { kind: 'publishable' };
  const claims = claimsSchema.safeParse(payloadOf(key));
  if (!claims.success) return { kind: 'other' };
  const { role = null, ref = null, exp } = claims.data;
  return { kind: 'jwt', role, project: ref, expiresAtMs: exp === undefined ? null : exp * 1000 };
}

function payloadOf(token: string): unknown {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    return JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function keyFinding({ key, url, nowMs }: DatabaseFacts): Finding {
  if (key.kind === 'secret') return ok('key', 'a secret key (sb_secret_…)');
  if (key.kind === 'publishable')
    return bad('key', 'a publishable key: it may do nothing for Orderly', KEY_FIX);
  if (key.kind === 'other') return warn('key', 'of no kind that Supabase makes', KEY_FIX);
  if (key.role !== 'service_role') return bad('key', `of the role "${key.role ?? 'none'}"`, KEY_FIX);
  if (key.expiresAtMs !== null && key.expiresAtMs < nowMs) return bad('key', 'it has expired', KEY_FIX);
  const project = /^([a-z0-9]{20})\.supabase\.(co|in)$/.exec(new URL(url).hostname)?.[1];
  if (project !== undefined && key.project !== null && key.project !== project)
    return bad('key', `it is of the project ${key.project}, the address of ${project}`, KEY_FIX);
  return ok('key', 'a service-role key');
}

function replyFindings({ reply, wanted }: DatabaseFacts): Finding[] {
  if (reply.kind === 'silence') {
    const fix = reply.code === 'ENOTFOUND' ? URL_FIX : 'Look whether the project is paused or down.';
    return [unknown('answers', reply.reason, fix)];
  }
  const health = healthSchema.safeParse(reply.json);
  if (reply.status !== 200 || !health.success) return [refusal(reply)];
  return [ok('answers', `in ${reply.takenMs} ms`), migrationsFinding(health.data.migrations, wanted)];
}

function migrationsFinding(there: number, wanted: number): Finding {
  const count = `${there} of ${wanted}`;
  if (there < wanted) return bad('migrations', count, MIGRATE_FIX);
  if (there > wanted)
    return warn('migrations', `${there}, and this version knows ${wanted}`, 'Install the newest version.');
  return ok('migrations', count);
}

function refusal({ status, json }: Answer): Finding {
  const error = errorSchema.safeParse(json).data;
  const said = `${status}${error?.message ? `: ${error.message}` : ''}`;
  if (error?.code === 'PGRST202') return bad('migrations', 'there are none of Orderly', MIGRATE_FIX);
  if (status === 401 || status === 403 || error?.code === '42501')
    return bad('key', `it is refused, ${said}`, KEY_FIX);
  if (status >= 500 || status === 429)
    return unknown('answers', said, "Look at the project's own status and logs.");
  return bad('answers', `not as Supabase does, ${said}`, URL_FIX);
}
