import type { SiteOrder } from '../orders/purchase.ts';
import type { IncidentRow } from '../store/store.ts';
import { createAsk, fromStore } from './ask.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { type Facts, seen } from './facts.ts';
import { type GatherDeps, gather } from './gather.ts';
import { readTarget, SEARCHED } from './target.ts';

/** What the runbook says about whatever was asked for. */
export type Report =
  | { kind: 'refused'; reason: string }
  /** `blind`: what could not be searched, and why. */
  | { kind: 'nothing'; target: string; searched: string; blind: string[] }
  | { kind: 'many'; purchases: string[]; sessions: { id: string; created: number }[] }
  | { kind: 'legacy'; order: SiteOrder }
  /** `sameAs`: the last incident of the same cause that is over; null when there was none, or nothing is wrong. */
  | { kind: 'diagnosis'; facts: Facts; diagnosis: Diagnosis; sameAs: IncidentRow | null };

/**
 * Walks the runbook for one purchase, by any id, e-mail or name that points to it. Reads only, never throws, and answers within
 * two and a quarter times `timings.lookMs`, whatever is dead.
 */
export async function report(deps: GatherDeps, typed: string): Promise<Report> {
  const target = readTarget(typed);
  if (target.kind === 'refused') return target;
  const gathered = await gather(deps, target);
  switch (gathered.kind) {
    case 'facts': {
      const { facts } = gathered;
      const diagnosis = diagnose(facts);
      return { kind: 'diagnosis', facts, diagnosis, sameAs: await lastOf(deps, facts, diagnosis) };
    }
    case 'many':
      return { ...gathered, sessions: gathered.sessions.map(({ id, created }) => ({ id, created })) };
    case 'legacy':
      return gathered;
    case 'nothing':
      return { kind: 'nothing', target: target.text, searched: SEARCHED, blind: gathered.blind };
  }
}

/** What was done about it the last time. A database that is slow now keeps nobody waiting for it. */
async function lastOf(deps: GatherDeps, facts: Facts, { cause }: Diagnosis): Promise<IncidentRow | null> {
  if (cause === null || facts.purchase.kind === 'unknown') return null;
  const ask = createAsk(deps.clock, deps.timings.lookMs / 4);
  const purchase = seen(facts.purchase)?.id ?? null;
  return seen(await ask('the database', () => fromStore(deps.store.sameAs(cause, purchase))));
}
