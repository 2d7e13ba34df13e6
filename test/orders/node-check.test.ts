import { expect, it } from 'vitest';
import type { NodeRow } from '../../src/orders/capacity.ts';
import { foldProblems } from '../../src/orders/catalogue-problem.ts';
import { checkNodes, type NodeFacts } from '../../src/orders/node-check.ts';

const panelNodes: NodeFacts[] = [
  { id: 1, public: true },
  { id: 2, public: true },
  { id: 9, public: false },
];
const row = (id: string, panelNodeId: number | null, changes: Partial<NodeRow> = {}): NodeRow => ({
  id,
  name: null,
  panelNodeId,
  region: 'eu-west',
  enabled: true,
  ...changes,
});
const linesOf = (rows: NodeRow[]) => checkNodes(rows, panelNodes).map((problem) => foldProblems([problem]));
/** So that the region itself is fine. */
const good = row('1', 1);

it('a catalogue that fits the panel has no problem', () => {
  expect(linesOf([good, row('2', 2, { region: 'us-east' })])).toEqual([]);
});

it.each<[string, NodeRow, string[]]>([
  [
    'a node that the panel does not have',
    row('3', 99),
    ['ptero_nodes 3: panel_node_id: the panel has no node 99'],
  ],
  ['no node', row('3', null), ['ptero_nodes 3: panel_node_id: is empty']],
  [
    'a private node',
    row('3', 9),
    ['ptero_nodes 3: panel_node_id: node 9 is private on the panel, so nothing is placed there'],
  ],
  ['no region', row('3', 2, { region: null }), ['ptero_nodes 3: region: is empty']],
  ['a blank region', row('3', 2, { region: '  ' }), ['ptero_nodes 3: region: is empty']],
  ['the node of another row', row('3', 1), ['ptero_nodes 3: panel_node_id: is node 1, as in row 1']],
  [
    'nothing at all',
    row('3', null, { region: null }),
    ['ptero_nodes 3: panel_node_id: is empty', 'ptero_nodes 3: region: is empty'],
  ],
])('a row with %s is told by row and column', (_name, bad, lines) => {
  expect(linesOf([good, bad])).toEqual(lines);
});

it("a row that is switched off is nobody's problem, nor is one that shares its node", () => {
  const off = { enabled: false };
  expect(
    linesOf([row('0', 1, off), good, row('3', 99, off), row('4', null, { ...off, region: null })]),
  ).toEqual([]);
});

it.each<[string, NodeRow[]]>([
  ['whose only node is unknown to the panel', [row('3', 99, { region: 'asia' })]],
  ['whose only node is private', [row('3', 9, { region: 'asia' })]],
  ['whose only row names no node', [row('3', null, { region: 'asia' })]],
  ['whose rows are all switched off', [row('3', 2, { region: 'asia', enabled: false })]],
])('a region %s is told, once', (_name, rows) => {
  const problems = checkNodes([good, ...rows, ...rows.map((bad) => ({ ...bad, id: '4' }))], panelNodes);
  const regions = problems.filter(({ subject }) => subject.kind === 'region');
  expect(regions).toEqual([
    { subject: { kind: 'region', id: 'asia' }, column: 'region', message: 'has no node that can be used' },
  ]);
  expect(foldProblems(regions)).toBe('region "asia" has no node that can be used');
});

it('a region with one usable node among others is fine', () => {
  expect(linesOf([good, row('3', 99)]).filter((line) => line.startsWith('region'))).toEqual([]);
});
