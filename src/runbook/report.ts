import type { SiteOrder } from '../orders/purchase.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import type { Facts } from './facts.ts';
import { type GatherDeps, gather } from './gather.ts';
import { readTarget, SEARCHED } from './target.ts';

/** What the runbook says about whatever was asked for. */
export type Report =
  | { kind: 'refused'; reason: string }
  /** `blind`: what could not be searched, and why. */
  | { kind: 'nothing'; target: string; searched: string; blind: string[] }
  | { kind: 'many'; purchases: string[]; sessions: { id: string; created: number }[] }
  | { kind: 'legacy'; order: SiteOrder }
  | { kind: 'diagnosis'; facts: Facts; diagnosis: Diagnosis };

/**
 * Walks the runbook for one purchase, by any id, e-mail or name that points to it. Reads only, never throws, and answers within
 * twice `timings.lookMs`, whatever is dead.
 */
export async function report(deps: GatherDeps, typed: string): Promise<Report> {
  const target = readTarget(typed);
  if (target.kind === 'refused') return target;
  const gathered = await gather(deps, target);
  switch (gathered.kind) {
    case 'facts':
      return { kind: 'diagnosis', facts: gathered.facts, diagnosis: diagnose(gathered.facts) };
    case 'many':
      return { ...gathered, sessions: gathered.sessions.map(({ id, created }) => ({ id, created })) };
    case 'legacy':
      return gathered;
    case 'nothing':
      return { kind: 'nothing', target: target.text, searched: SEARCHED, blind: gathered.blind };
  }
}
