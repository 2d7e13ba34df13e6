import { z } from 'zod';
import { type Finding, findingsOf } from './finding.ts';
import type { Answer, Probe } from './probe.ts';
import { askHealth } from './supabase.ts';

export type ClockDeps = {
  probe: Probe;
  stripeUrl: string;
  /** Null: its settings can't be read. */
  supabase: { url: string; serviceKey: string } | null;
};

/** How far another clock is from ours. Positive: ours is behind. */
export type Skew = { of: string; aheadMs: number };

const WARN_MS = 30_000;
/** Signatures are refused when they are older than 300 s; some of it a delivery needs for its way. */
const BAD_MS = 240_000;
const { ok, warn, bad, unknown } = findingsOf('clock');
const FIX = 'Set the clock of this machine by NTP: `timedatectl set-ntp true`, or that of its host.';
const healthSchema = z.object({ now: z.string().transform(Date.parse).pipe(z.number()) });

/** Compares our clock with Stripe's and the database's. Needs no key for Stripe: each answer has a date, also a refusal. */
export async function checkClock(deps: ClockDeps): Promise<Finding[]> {
  const [stripe, database] = await Promise.all([
    deps.probe({ url: `${deps.stripeUrl}/v1/events` }),
    deps.supabase === null ? null : askHealth(deps.probe, deps.supabase),
  ]);
  const skews = [
    stripe.kind === 'answer' ? skewOf('Stripe', dateOf(stripe), stripe) : null,
    database?.kind === 'answer' ? skewOf('the database', nowOf(database), database) : null,
  ];
  return judgeClock(skews.filter((skew) => skew !== null));
}

/** Pure. */
export function judgeClock(skews: Skew[]): Finding[] {
  if (skews.length === 0) return [unknown('skew', 'neither Stripe nor the database told the time')];
  return skews.map(({ of, aheadMs }) => {
    const off = Math.abs(aheadMs);
    const words = `ours is ${inSeconds(off)} ${aheadMs > 0 ? 'behind' : 'ahead of'} that of ${of}`;
    if (off > BAD_MS) return bad('skew', `${words}; Stripe's deliveries are refused from 300 s on`, FIX);
    if (off > WARN_MS) return warn('skew', words, FIX);
    return ok('skew', `within ${inSeconds(WARN_MS)} of ${of}`);
  });
}

/** The other side read its clock somewhere between question and answer. */
function skewOf(of: string, theirMs: number | null, { sentAtMs, takenMs }: Answer): Skew | null {
  return theirMs === null ? null : { of, aheadMs: theirMs - (sentAtMs + takenMs / 2) };
}

function dateOf({ headers }: Answer): number | null {
  const ms = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(ms) ? null : ms;
}

function nowOf({ json }: Answer): number | null {
  return healthSchema.safeParse(json).data?.now ?? null;
}

const inSeconds = (ms: number) => `${Math.round(ms / 1000)} s`;
