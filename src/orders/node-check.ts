import type { NodeRow } from './capacity.ts';
import type { CatalogueProblem } from './catalogue-problem.ts';

/** A node as the panel has it, as far as the catalogue can be wrong about it. */
export type NodeFacts = { id: number; public: boolean };

/**
 * Everything in `ptero_nodes` that would keep a server from being placed. Rows that are switched off are not looked at, but a
 * region that has no others is told: it can still be bought. A node in maintenance is no problem of the catalogue.
 */
export function checkNodes(rows: NodeRow[], panelNodes: NodeFacts[]): CatalogueProblem[] {
  const looks = rows
    .filter((row) => row.enabled)
    .map((row) => ({ row, unusable: whyUnusable(row, panelNodes), flaws: flawsOf(row, rows) }));
  const usable = new Set(looks.flatMap(({ row, unusable }) => (unusable === null ? [regionOf(row)] : [])));
  const regions = new Set(rows.map(regionOf).filter((region) => region !== ''));
  return [
    ...looks.flatMap(({ unusable, flaws }) => (unusable === null ? flaws : [unusable, ...flaws])),
    ...[...regions].filter((region) => !usable.has(region)).map(emptyRegion),
  ];
}

function whyUnusable(row: NodeRow, panelNodes: NodeFacts[]): CatalogueProblem | null {
  if (row.panelNodeId === null) return problem(row, 'panel_node_id', 'is empty');
  const node = panelNodes.find(({ id }) => id === row.panelNodeId);
  if (!node) return problem(row, 'panel_node_id', `the panel has no node ${row.panelNodeId}`);
  if (node.public) return null;
  return problem(row, 'panel_node_id', `node ${node.id} is private on the panel, so nothing is placed there`);
}

/** What is wrong with a row, though its node can take servers. */
function flawsOf(row: NodeRow, rows: NodeRow[]): CatalogueProblem[] {
  const flaws: CatalogueProblem[] = [];
  if (regionOf(row) === '') flaws.push(problem(row, 'region', 'is empty'));
  const first = rows.find((other) => other.enabled && other.panelNodeId === row.panelNodeId);
  if (row.panelNodeId !== null && first && first.id !== row.id) {
    flaws.push(problem(row, 'panel_node_id', `is node ${row.panelNodeId}, as in row ${first.id}`));
  }
  return flaws;
}

/** As it is compared when a server is placed; a blank one is none. */
function regionOf({ region }: NodeRow): string {
  return region === null || region.trim() === '' ? '' : region;
}

function emptyRegion(region: string): CatalogueProblem {
  const message = 'has no node that can be used';
  return { subject: { kind: 'region', id: region }, column: 'region', message };
}

function problem({ id }: NodeRow, column: string, message: string): CatalogueProblem {
  return { subject: { kind: 'node', id }, column, message };
}
