import { type CatalogueProblem, foldProblems } from '../orders/catalogue-problem.ts';
import { checkNodes } from '../orders/node-check.ts';
import { readPlan } from '../orders/plan.ts';
import { checkPlan } from '../orders/plan-check.ts';
import type { PanelClient } from '../panel/client.ts';
import type { Store } from '../store/store.ts';
import { failureOfPanel } from './panel-failure.ts';
import type { Snapshots } from './snapshots.ts';

export type CatalogueCheckDeps = {
  store: Pick<Store, 'catalogue' | 'reportCheck'>;
  panel: Pick<PanelClient, 'findEgg'>;
  snapshots: Snapshots;
};

/**
 * Looks whether everything that is on sale could be provisioned: each active plan's egg, image, start-up and variables, and the nodes of
 * each region. What could not is a warning, one a plan, node or region, before somebody buys it; it ends when it is mended.
 *
 * @throws Error when the panel can't be asked; the warnings of the last check stay.
 */
export async function checkCatalogue(deps: CatalogueCheckDeps): Promise<void> {
  const { plans, nodes } = await deps.store.catalogue();
  const snapshot = await deps.snapshots.take();
  if (snapshot.kind === 'fault') throw new Error(failureOfPanel(snapshot.fault).detail);
  const problems = checkNodes(nodes, snapshot.value.nodes);
  for (const row of plans) problems.push(...checkPlan(row, await eggOf(deps, row)));
  const warnings = bySubject(problems).map(warningOf);
  await deps.store.reportCheck({ name: 'catalogue', result: problems, warnings });
}

async function eggOf(deps: CatalogueCheckDeps, row: Record<string, unknown>) {
  const reading = readPlan(row);
  if (reading.kind === 'incomplete') return null;
  const egg = await deps.panel.findEgg(reading.plan.egg);
  if (egg.kind === 'fault') throw new Error(failureOfPanel(egg.fault).detail);
  return egg.value;
}

function bySubject(problems: CatalogueProblem[]): CatalogueProblem[][] {
  const groups = Map.groupBy(problems, ({ subject }) => `${subject.kind}:${subject.id}`);
  return [...groups.values()];
}

function warningOf(problems: CatalogueProblem[]) {
  const { kind, id } = problems[0]!.subject;
  return {
    fingerprint: `catalogue:${kind}:${id}`,
    code: kind === 'plan' ? 'plan_unsellable' : 'node_unusable',
    scope: kind,
    detail: foldProblems(problems),
  };
}
