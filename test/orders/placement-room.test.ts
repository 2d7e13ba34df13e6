import { describe, expect, it } from 'vitest';
import type { PlacementQuestion } from '../../src/orders/placement.ts';
import { held, NOW, type node, port } from './nodes.ts';
import { choose, chosen, need, one } from './placement-question.ts';

describe('room', () => {
  it.each<[string, Parameters<typeof node>[1], Partial<PlacementQuestion['need']>, number[] | string]>([
    ['that is just enough', { allocatedMemoryMib: 12_288, allocatedDiskMib: 81_920 }, {}, [1]],
    [
      'a MiB of memory short',
      { allocatedMemoryMib: 12_289 },
      {},
      'no_capacity: node-1: 4.0 of 16 GB memory free, 4 needed',
    ],
    [
      'short of memory',
      { allocatedMemoryMib: 14_848 },
      { memory: 8_192 },
      'no_capacity: node-1: 1.5 of 16 GB memory free, 8 needed',
    ],
    [
      'short of disk',
      { allocatedDiskMib: 92_160 },
      {},
      'no_capacity: node-1: 10.0 of 100 GB disk free, 20 needed',
    ],
    [
      'given out beyond what is there',
      { allocatedMemoryMib: 20_000 },
      {},
      'no_capacity: node-1: 0.0 of 16 GB memory free, 4 needed',
    ],
    ['over-allocated by half', { allocatedMemoryMib: 20_480, memoryOverallocate: 50 }, {}, [1]],
    [
      'over-allocated, and used up',
      { allocatedMemoryMib: 20_481, memoryOverallocate: 50 },
      {},
      'no_capacity: node-1: 4.0 of 16 GB memory free, 4 needed',
    ],
    ['without a limit of memory', { allocatedMemoryMib: 999_999, memoryOverallocate: -1 }, {}, [1]],
    ['without a limit of disk', { allocatedDiskMib: 9_999_999, diskOverallocate: -1 }, {}, [1]],
    [
      'for a server without limits',
      { allocatedMemoryMib: 16_384, allocatedDiskMib: 102_400 },
      { memory: 0, disk: 0 },
      [1],
    ],
  ])('%s', (_name, facts, wanted, expected) => {
    expect(chosen({ ...one(1, facts), ...need(wanted) })).toEqual(expected);
  });
});

describe('what others hold', () => {
  const big = need({ memory: 12_288 });
  const full = 'no_capacity: node-1: 8.0 of 16 GB memory free, 12 needed';

  it.each<[string, Parameters<typeof held>[0], Partial<PlacementQuestion>, number[] | string]>([
    ['counts', {}, {}, full],
    [
      "does not count twice when the panel's numbers have it",
      {},
      one(1, { allocations: [port(101, true), port(102)] }),
      [1],
    ],
    ['counts when its server was made just now', { settledAtMs: NOW - 30_000 }, {}, full],
    ['does not count when its server is gone again', { settledAtMs: NOW - 61_000 }, {}, [1]],
    ['does not count on another node', { nodeId: 2, allocationId: 201 }, {}, [1]],
  ])('%s', (_name, reservation, change, expected) => {
    expect(chosen({ ...big, reservations: [held(reservation)], ...change })).toEqual(expected);
  });

  it('is a port too: the next one is taken, and none is left when all are held', () => {
    const small = { memory: 0, disk: 0 };
    expect(choose({ reservations: [held(small)] })).toMatchObject({ candidates: [{ allocationId: 102 }] });
    const reservations = [101, 102, 103].map((allocationId) => held({ ...small, allocationId }));
    expect(chosen({ reservations })).toBe('no_capacity: node-1: no free port');
  });

  it('and a port that this look has tried is not taken again', () => {
    const tried = { nodes: new Set<number>(), ports: new Set([101, 102]) };
    expect(choose({ tried })).toMatchObject({ candidates: [{ allocationId: 103 }] });
    const all = { nodes: new Set<number>(), ports: new Set([101, 102, 103]) };
    expect(chosen({ tried: all })).toBe('no_capacity: node-1: no free port');
  });
});
