import { forecast, type Stock, stockInWords } from '../orders/forecast.ts';
import { readPlan } from '../orders/plan.ts';
import type { Catalogue } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { failureOfPanel } from './panel-failure.ts';
import type { Snapshots } from './snapshots.ts';

export type StockDeps = {
  store: Pick<Store, 'catalogue' | 'reportCheck'>;
  snapshots: Snapshots;
  /** Fewer servers than so many of a plan that a region takes are a warning; 0 warns of nothing. */
  lowStock: number;
};

/**
 * How many more of each plan each region takes, and a warning, one a region, where that is few.
 *
 * @throws Error when the panel can't be asked; the last forecast stays.
 */
export async function checkStock(deps: StockDeps): Promise<void> {
  const [catalogue, snapshot] = await Promise.all([deps.store.catalogue(), deps.snapshots.take()]);
  if (snapshot.kind === 'fault') throw new Error(failureOfPanel(snapshot.fault).detail);
  const stock = forecast(
    soldPlans(catalogue),
    catalogue.nodes,
    snapshot.value,
    catalogue.reservations,
    catalogue.paused_nodes,
  );
  await deps.store.reportCheck({
    name: 'stock',
    result: stock,
    warnings: lowStockWarnings(stock, deps.lowStock),
  });
}

/** The active plans that say how much they take; the others are the plan check's business. */
function soldPlans(catalogue: Catalogue) {
  return catalogue.plans.flatMap((row) => {
    const reading = readPlan(row);
    return reading.kind === 'plan' ? [reading.plan] : [];
  });
}

/** One warning a region, with all of its plans that are low. */
function lowStockWarnings(stock: Stock[], lowStock: number) {
  const low = stock.filter((one) => one.servers < lowStock);
  return [...new Set(low.map((one) => one.region))].map((region) => ({
    fingerprint: `stock:${region}`,
    code: 'low_stock',
    scope: 'region',
    detail: `${region}: ${low
      .filter((one) => one.region === region)
      .map(stockInWords)
      .join('; ')}`,
  }));
}
