import { printTable, rounded } from './figures.ts';
import { MOST, type Run, type Runs } from './request-runs.ts';

/** Both sides, a run a row. */
export function printTotals(plain: Runs, ours: Runs, title: string): void {
  printTable(title, [
    ['in flight, buyers', 'plain', 'Orderly', 'ratio', 'plain 429s', 'Orderly 429s', 'plain s', 'Orderly s'],
    ...[...ours].map(([name, run]) => rowOf(name, plain.get(name)!, run)),
  ]);
}

function rowOf(name: string, plain: Run, ours: Run) {
  const ratio = `${rounded(plain.perPurchase / ours.perPurchase, 1)} : 1`;
  return [
    name,
    plain.perPurchase,
    ours.perPurchase,
    ratio,
    plain.refused,
    ours.refused,
    plain.seconds,
    ours.seconds,
  ];
}

/** Where the requests of the largest size went. */
export function printRoutes(plain: Runs, ours: Runs): void {
  const sides = ['new', 'returning'].flatMap((buyers) =>
    [plain, ours].map((runs) => runs.get(`${MOST}, ${buyers}`)!.routes),
  );
  const routes = [...new Set(sides.flatMap((side) => [...side.keys()]))].toSorted();
  printTable(`requests by route, ${MOST} in flight`, [
    ['', 'plain, new', 'Orderly, new', 'plain, returning', 'Orderly, returning'],
    ...routes.map((route) => [route, ...sides.map((side) => side.get(route) ?? 0)]),
  ]);
}

/** The runs of one side as figures by name. */
export function figuresOf(side: string, runs: Runs): Record<string, number> {
  const entries = [...runs].flatMap(([name, run]): [string, number][] => {
    const key = `${side}_${name.replace(', ', '_')}`;
    return [
      [`${key}_per_purchase`, run.perPurchase],
      [`${key}_refused`, run.refused],
      [`${key}_seconds`, run.seconds],
    ];
  });
  return Object.fromEntries(entries);
}
