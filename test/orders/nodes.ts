import type { NodeRow, PanelNodeFacts, Port, Reservation, Snapshot } from '../../src/orders/capacity.ts';

export const NOW = 10_000_000;

/** A port of a node, numbered after it: 101 is the first of node 1. */
export function port(id: number, assigned = false): Port {
  return {
    id,
    ip: '10.0.0.1',
    alias: `node${Math.floor(id / 100)}.example.com`,
    port: 25_000 + id,
    assigned,
  };
}

/** 16 GB of memory and 100 GB of disk, all free, with three free ports. */
export function node(id: number, change: Partial<PanelNodeFacts> = {}): PanelNodeFacts {
  return {
    id,
    name: `node-${id}`,
    public: true,
    maintenance: false,
    memoryMib: 16_384,
    memoryOverallocate: 0,
    diskMib: 102_400,
    diskOverallocate: 0,
    allocatedMemoryMib: 0,
    allocatedDiskMib: 0,
    allocations: [1, 2, 3].map((number) => port(100 * id + number)),
    ...change,
  };
}

export function nodeRow(panelNodeId: number | null, change: Partial<NodeRow> = {}): NodeRow {
  return { id: `row-${panelNodeId}`, name: null, panelNodeId, region: 'eu', enabled: true, ...change };
}

export function snapshot(...nodes: PanelNodeFacts[]): Snapshot {
  return { nodes, takenAtMs: NOW };
}

/** What another order holds: port 101 of node 1, with 8 GB of memory. */
export function held(change: Partial<Reservation> = {}): Reservation {
  return { seq: 1, allocationId: 101, nodeId: 1, memory: 8_192, disk: 10_240, settledAtMs: null, ...change };
}
