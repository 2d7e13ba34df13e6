import { describe, expect, it } from 'vitest';
import { forecast, stockInWords } from '../../src/orders/forecast.ts';
import { held, NOW, node, nodeRow, port, snapshot } from './nodes.ts';

const PLAN = { id: 'small', name: 'Small 4 GB', memory: 4_096, disk: 20_480 };
const ports = (id: number, count: number) =>
  Array.from({ length: count }, (_, index) => port(100 * id + index + 1));
const roomy = (id: number, change: Parameters<typeof node>[1] = {}) =>
  node(id, { allocations: ports(id, 9), ...change });

/** "3 memory": how many more, and what runs out first, of the one plan in the one region. */
function stock(
  nodes: ReturnType<typeof node>[],
  change: {
    rows?: ReturnType<typeof nodeRow>[];
    held?: ReturnType<typeof held>[];
    paused?: number[];
    plan?: object;
  } = {},
): string[] {
  const rows = change.rows ?? nodes.map(({ id }) => nodeRow(id));
  const paused = (change.paused ?? []).map((nodeId) => ({ nodeId, pauseId: 1, untilMs: NOW, reason: 'x' }));
  const found = forecast([{ ...PLAN, ...change.plan }], rows, snapshot(...nodes), change.held ?? [], paused);
  return found.map((one) => `${one.region}: ${one.servers} ${one.limitedBy}`);
}

describe('what one node still takes', () => {
  it.each<[string, Parameters<typeof node>[1], string]>([
    ['by its memory', {}, 'eu: 4 memory'],
    ['by its disk', { diskMib: 50_000 }, 'eu: 2 disk'],
    ['by its free ports', { allocations: [port(101), port(102), port(103, true)] }, 'eu: 2 ports'],
    ['without a limit of memory', { memoryOverallocate: -1 }, 'eu: 5 disk'],
    ['without any limit', { memoryOverallocate: -1, diskOverallocate: -1 }, 'eu: 9 ports'],
    ['over-allocated', { memoryOverallocate: 25 }, 'eu: 5 memory'],
    ['given out beyond what is there', { allocatedMemoryMib: 99_999 }, 'eu: 0 memory'],
    ['nothing while its ports can not be read', { allocations: null }, 'eu: 0 ports'],
    ['nothing in maintenance', { maintenance: true }, 'eu: 0 nodes'],
    ['nothing when it is private', { public: false }, 'eu: 0 nodes'],
  ])('%s', (_name, change, expected) => {
    expect(stock([roomy(1, change)])).toEqual([expected]);
  });

  it('less what others hold, unless the panel counts it already', () => {
    expect(stock([roomy(1)], { held: [held()] })).toEqual(['eu: 2 memory']);
    const assigned = [port(101, true), ...ports(1, 9).slice(1)];
    expect(
      stock([roomy(1, { allocatedMemoryMib: 8_192, allocations: assigned })], { held: [held()] }),
    ).toEqual(['eu: 2 memory']);
  });

  it('nothing while staff hold it back', () => {
    expect(stock([roomy(1)], { paused: [1] })).toEqual(['eu: 0 nodes']);
    expect(stock([roomy(1), roomy(2)], { paused: [1] })).toEqual(['eu: 4 memory']);
  });
});

describe('what a region still takes', () => {
  it('is the sum of its nodes, and what runs out is what does on the roomiest', () => {
    expect(stock([roomy(1), roomy(2, { diskMib: 30_000 })])).toEqual(['eu: 5 memory']);
  });

  it('rests of several nodes do not add up to a server', () => {
    const half = { allocatedMemoryMib: 14_336 };
    expect(stock([roomy(1, half), roomy(2, half)])).toEqual(['eu: 0 memory']);
  });

  it('is told for each enabled region by name, one that no node of the panel serves too', () => {
    const rows = [
      nodeRow(1, { region: 'us' }),
      nodeRow(2),
      nodeRow(3, { region: 'asia', enabled: false }),
      nodeRow(4, { region: null }),
      nodeRow(9, { region: 'mars' }),
    ];
    const nodes = [roomy(1), roomy(2, { memoryMib: 4_096 }), roomy(3), roomy(4)];
    expect(stock(nodes, { rows })).toEqual(['eu: 1 memory', 'mars: 0 nodes', 'us: 4 memory']);
  });

  it('counts a node once though two rows name it', () => {
    expect(stock([roomy(1)], { rows: [nodeRow(1), nodeRow(1, { id: 'again' })] })).toEqual(['eu: 4 memory']);
  });
});

it.each([
  ['memory', 'no more `x`: memory is used up'],
  ['disk', 'no more `x`: disk is used up'],
  ['ports', 'no more `x`: no free port'],
  ['nodes', 'no more `x`: no node of the region can be used'],
] as const)('a plan that is sold out says that it is for want of %s', (limitedBy, words) => {
  const said = stockInWords({ region: 'eu', planId: 'small', planName: 'Small', servers: 0, limitedBy });
  expect(said).toBe(words.replace('`x`', 'Small'));
});

it('a plan that is there says how many', () => {
  const said = stockInWords({
    region: 'eu',
    planId: 'small',
    planName: 'Small',
    servers: 7,
    limitedBy: 'disk',
  });
  expect(said).toBe('7 more Small');
});
