import fc from 'fast-check';
import { type FaultName, namesOf } from './faults.ts';

/** What a buyer does, and so what must come of it. */
export type SaleKind =
  | 'game'
  | 'coupon' // a game, at no price
  | 'late' // a bank debit that arrives
  | 'bounced' // a bank debit that does not
  | 'addon'
  | 'unknown_plan'
  | 'no_metadata'
  | 'refunded'
  | 'cancelled';

/** Times in milliseconds of the clock from the beginning; `pick` decides whatever is to be chosen when it comes to it. */
export type PlannedSale = {
  atMs: number;
  kind: SaleKind;
  planId: string;
  region: string;
  /** From the sale to what comes after it: the money, its refund. */
  thenMs: number;
  isKnownBuyer: boolean;
  pick: number;
};
export type PlannedFault = { atMs: number; lastsMs: number; name: FaultName; pick: number };
export type PlannedAct = { atMs: number; act: StaffAct; pick: number };
export type StaffAct = (typeof STAFF_ACTS)[number];
export type Plan = { sales: PlannedSale[]; faults: PlannedFault[]; acts: PlannedAct[] };

export const STAFF_ACTS = [
  'retry',
  'retry',
  'retry_together',
  'retry_together',
  'ack',
  'ack',
  'inspect',
  'pause',
  'resume',
  'redeliver',
  'delete',
  'orders',
] as const;

/** Between two sales, two faults and two acts, on average, in milliseconds of the clock; and which kinds of faults come how often. */
export type Pace = {
  saleMs: number;
  faultMs: number;
  actMs: number;
  /** Staff go on so long after the last sale, when all is mended. */
  actsAfterMs: number;
  faults: Partial<Record<string, number>>;
};

export const CHAOS_PACE: Pace = {
  saleMs: 1_200,
  faultMs: 9_000,
  actMs: 3_000,
  actsAfterMs: 60_000,
  faults: { process: 25, database: 18, redis: 8, panel: 20, discord: 17, stripe: 12 },
};

const WEIGHTS: Record<SaleKind, number> = {
  game: 76,
  coupon: 4,
  late: 4,
  bounced: 2,
  addon: 4,
  unknown_plan: 2,
  no_metadata: 2,
  refunded: 4,
  cancelled: 2,
};
const SMALL_PLANS = ['among-us-1gb', 'among-us-1gb', 'among-us-1gb', 'terraria-2gb'];

/** All that happens in a run, decided by its seed. What comes of it is up to the processes. */
export function planRun(seed: number, purchases: number, pace: Pace = CHAOS_PACE): Plan {
  const lastsMs = purchases * pace.saleMs;
  const at = fc.integer({ min: 0, max: Math.max(1, lastsMs) });
  const pick = fc.nat({ max: 1_000_000 });
  const sales = fc.record({
    atMs: at,
    kind: fc.oneof(
      ...(Object.keys(WEIGHTS) as SaleKind[]).map((kind) => ({
        arbitrary: fc.constant(kind),
        weight: WEIGHTS[kind],
      })),
    ),
    planId: fc.constantFrom(...SMALL_PLANS),
    region: fc.constantFrom('eu-west', 'eu-west', 'us-east'),
    thenMs: fc.integer({ min: 500, max: 60_000 }),
    isKnownBuyer: fc.boolean(),
    pick,
  });
  const faults = fc.record({
    atMs: at,
    lastsMs: fc.oneof(
      { arbitrary: fc.integer({ min: 500, max: 12_000 }), weight: 4 },
      { arbitrary: fc.integer({ min: 15_000, max: 80_000 }), weight: 1 },
    ),
    name: fc.oneof(
      ...Object.entries(pace.faults).map(([kind, weight = 0]) => ({
        arbitrary: fc.constantFrom(...namesOf(kind)),
        weight,
      })),
    ),
    pick,
  });
  const acts = fc.record({
    atMs: fc.integer({ min: 0, max: lastsMs + pace.actsAfterMs }),
    act: fc.constantFrom(...STAFF_ACTS),
    pick,
  });
  const many = <T extends { atMs: number }>(what: fc.Arbitrary<T>, count: number, part: number) =>
    fc
      .sample(fc.noBias(what), { seed: seed * 10 + part, numRuns: Math.max(1, Math.round(count)) })
      .toSorted((a, b) => a.atMs - b.atMs);
  return {
    sales: many(sales, purchases, 1),
    faults: many(faults, lastsMs / pace.faultMs, 2),
    acts: many(acts, (lastsMs + pace.actsAfterMs) / pace.actMs, 3),
  };
}
