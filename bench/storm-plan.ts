export const PURCHASES = 1_000;
export const STORM_MS = 60_000;
const FAILING = 20;
const CAUSES = 3;
const AFTER_MS = { claimed: 1_000, provisioned: 6_000, failed: 6_000, ready: 51_000 };

export type ChangeKind = 'paid' | 'claimed' | 'provisioned' | 'failed' | 'ready';
/** What happens to a purchase, and when, in milliseconds from the beginning. `cause` names why it fails; null for those that don't. */
export type Change = { atMs: number; purchase: number; kind: ChangeKind; cause: string | null };

/** The storm, the same for both sides: purchases evenly in its minute, each made within six seconds and installed in 45. */
export function planStorm(): Change[] {
  const changes: Change[] = [];
  for (let purchase = 0; purchase < PURCHASES; purchase += 1) {
    const paidMs = (purchase * STORM_MS) / PURCHASES;
    const cause = causeOf(purchase);
    const kinds =
      cause === null ? (['claimed', 'provisioned', 'ready'] as const) : (['claimed', 'failed'] as const);
    changes.push({ atMs: paidMs, purchase, kind: 'paid', cause });
    for (const kind of kinds) changes.push({ atMs: paidMs + AFTER_MS[kind], purchase, kind, cause });
  }
  return changes.sort((a, b) => a.atMs - b.atMs);
}

/** Every fiftieth purchase fails, from each cause in turn. */
function causeOf(purchase: number): string | null {
  const every = PURCHASES / FAILING;
  const index = purchase - every / 2;
  return index >= 0 && index % every === 0 ? `cause-${(index / every) % CAUSES}` : null;
}
