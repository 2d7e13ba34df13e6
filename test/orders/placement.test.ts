import { describe, expect, it } from 'vitest';
import type { PlacementQuestion } from '../../src/orders/placement.ts';
import { node, nodeRow, port, snapshot } from './nodes.ts';
import { choose, chosen, need, one, pausedNode } from './placement-question.ts';

it('answers with the address of the first free port', () => {
  expect(choose()).toEqual({
    kind: 'candidates',
    candidates: [{ nodeId: 1, nodeName: 'node-1', allocationId: 101, address: 'node1.example.com:25101' }],
  });
  const plain = { ...port(101), alias: null };
  expect(choose(one(1, { allocations: [plain] }))).toMatchObject({
    candidates: [{ address: '10.0.0.1:25101' }],
  });
});

it('takes the node with most memory left first, and of equals the lower number', () => {
  const nodes = [
    node(1, { allocatedMemoryMib: 8_192 }),
    node(2),
    node(3),
    node(4, { memoryOverallocate: -1 }),
  ];
  const rows = [3, 2, 1, 4].map((id) => nodeRow(id));
  expect(chosen({ rows, snapshot: snapshot(...nodes) })).toEqual([4, 2, 3, 1]);
});

describe('which nodes count', () => {
  const all = { snapshot: snapshot(node(1), node(2)) };

  it.each<[string, Partial<PlacementQuestion>, number[] | string]>([
    ['those of the region', { ...all, rows: [nodeRow(1), nodeRow(2, { region: 'us' })] }, [1]],
    [
      'all when the purchase names no region',
      { ...all, ...need({ region: null }), rows: [nodeRow(1), nodeRow(2, { region: 'us' })] },
      [1, 2],
    ],
    ['only enabled ones', { ...all, rows: [nodeRow(1, { enabled: false }), nodeRow(2)] }, [2]],
    [
      'none of another region',
      need({ region: 'mars' }),
      'no_nodes: ptero_nodes has no enabled row with region "mars"',
    ],
    [
      'none at all',
      { rows: [], ...need({ region: null }) },
      'no_nodes: ptero_nodes has no enabled row with region "any"',
    ],
    [
      'not one that the panel does not know',
      { rows: [nodeRow(9)] },
      'no_nodes: ptero_nodes row-9: panel_node_id: the panel has no node 9',
    ],
    [
      'not one without a number',
      { rows: [nodeRow(null)] },
      'no_nodes: ptero_nodes row-null: panel_node_id is empty',
    ],
    ['not one in maintenance', one(1, { maintenance: true }), 'no_capacity: node-1: in maintenance'],
    [
      'not a private one',
      one(1, { public: false }),
      'no_capacity: node-1: private on the panel, used only when staff name it',
    ],
    [
      'not one whose ports can not be read',
      one(1, { allocations: null }),
      'no_capacity: node-1: our panel key may not read its ports',
    ],
    [
      'not one without a free port',
      one(1, { allocations: [port(101, true)] }),
      'no_capacity: node-1: no free port',
    ],
    ['not one without any port', one(1, { allocations: [] }), 'no_capacity: node-1: no free port'],
    [
      'not one that this look has tried',
      { tried: { nodes: new Set([1]), ports: new Set() } },
      'no_capacity: node-1: did not answer the panel just now',
    ],
  ])('%s', (_name, change, expected) => {
    expect(chosen(change)).toEqual(expected);
  });

  it('and says of each why not', () => {
    const rows = [nodeRow(1), nodeRow(2), nodeRow(null)];
    const nodes = [node(1, { maintenance: true }), node(2, { allocations: [] })];
    expect(chosen({ rows, snapshot: snapshot(...nodes) })).toBe(
      'no_capacity: node-1: in maintenance; node-2: no free port; ptero_nodes row-null: panel_node_id is empty',
    );
  });
});

describe('nodes that are held back', () => {
  const rows = [nodeRow(1), nodeRow(2)];
  const both = { rows, snapshot: snapshot(node(1), node(2)) };
  const other = { rows, snapshot: snapshot(node(1), node(2, { maintenance: true })) };
  const detail = (words: string) => `node-1: ${words}; node-2: in maintenance`;

  it.each<[string, Partial<PlacementQuestion>, unknown]>([
    [
      'a troubled one is left out',
      { ...both, troubled: new Set([1]) },
      { kind: 'candidates', candidates: [{ nodeId: 2 }] },
    ],
    [
      'a troubled one that alone has room is the cause',
      { ...other, troubled: new Set([1]) },
      { kind: 'troubled', nodeId: 1, detail: detail('does not answer the panel') },
    ],
    [
      'a paused one is left out',
      { ...both, paused: [pausedNode(1)] },
      { kind: 'candidates', candidates: [{ nodeId: 2 }] },
    ],
    [
      'a paused one that alone has room holds the order',
      { ...other, paused: [pausedNode(1)] },
      { kind: 'paused', pauseId: 5, detail: detail('paused (new disks)') },
    ],
    [
      'a paused one counts before a troubled one',
      { ...both, paused: [pausedNode(2)], troubled: new Set([1]) },
      { kind: 'paused', pauseId: 5 },
    ],
    [
      'a paused one that is full holds nobody',
      { ...one(1, { allocations: [] }), paused: [pausedNode(1)] },
      { kind: 'no_capacity' },
    ],
  ])('%s', (_name, change, expected) => {
    expect(choose(change)).toMatchObject(expected as object);
  });
});

describe('the node that staff asked for', () => {
  const rows = [nodeRow(1), nodeRow(2, { region: 'us', enabled: false })];
  const asked = (facts: Parameters<typeof node>[1], change: Partial<PlacementQuestion> = {}) =>
    chosen({ rows, snapshot: snapshot(node(1), node(2, facts)), askedNodeId: 2, ...change });

  it.each<[string, number[] | string, number[] | string]>([
    ['counts alone, whatever its region and though it is switched off', asked({}), [2]],
    ['may be private', asked({ public: false }), [2]],
    ['may be troubled', asked({}, { troubled: new Set([2]) }), [2]],
    ['may not be paused', asked({}, { paused: [pausedNode(2)] }), 'paused: node-2: paused (new disks)'],
    [
      'may not be full',
      asked({ memoryMib: 1_024 }),
      'asked_unusable: node-2: 1.0 of 1 GB memory free, 4 needed',
    ],
    ['may not be in maintenance', asked({ maintenance: true }), 'asked_unusable: node-2: in maintenance'],
    [
      'must be in the catalogue',
      asked({}, { askedNodeId: 3 }),
      'asked_unusable: ptero_nodes has no row with panel_node_id 3',
    ],
  ])('%s', (_name, said, expected) => {
    expect(said).toEqual(expected);
  });
});
