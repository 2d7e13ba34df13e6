/** A node as the panel reports it. Memory and disk in MiB; over-allocation in percent, -1 for "no limit". */
export type PanelNodeFacts = {
  id: number;
  name: string;
  public: boolean;
  maintenance: boolean;
  memoryMib: number;
  memoryOverallocate: number;
  diskMib: number;
  diskOverallocate: number;
  allocatedMemoryMib: number;
  allocatedDiskMib: number;
  /** Null when our key may not read ports. */
  allocations: Port[] | null;
};
export type Port = { id: number; ip: string; alias: string | null; port: number; assigned: boolean };

/** The whole panel at one moment (milliseconds since the epoch). */
export type Snapshot = { nodes: PanelNodeFacts[]; takenAtMs: number };

/** A row of `ptero_nodes`, under our names. */
export type NodeRow = {
  id: string;
  name: string | null;
  panelNodeId: number | null;
  region: string | null;
  enabled: boolean;
};

/** A port that is held for an order, with what the order takes of its node (MiB). */
export type Reservation = {
  seq: number;
  allocationId: number;
  nodeId: number;
  memory: number;
  disk: number;
  /** When its server was there; null while it is not known to be. */
  settledAtMs: number | null;
};

/** A node that staff hold back until then (milliseconds since the epoch). */
export type PausedNode = { nodeId: number; pauseId: number; untilMs: number; reason: string };

/** Two clocks, the database's and ours, may differ by so much. */
const SKEW_MS = 60_000;

export type Room = { memory: number; disk: number; ports: Port[] };

/**
 * What is left of a node in MiB, by the panel's formula (all that is there times the over-allocation, less what is given
 * out), less what is reserved and not in the panel's numbers yet. `ports` is empty as well when they can't be read.
 */
export function roomOn(node: PanelNodeFacts, snapshot: Snapshot, reservations: Reservation[]): Room {
  const assigned = new Set(node.allocations?.filter((port) => port.assigned).map((port) => port.id));
  const pending = reservations.filter(
    (held) => held.nodeId === node.id && !assigned.has(held.allocationId) && !isStale(held, snapshot),
  );
  const held = new Set(pending.map((one) => one.allocationId));
  const sum = (what: 'memory' | 'disk') => pending.reduce((total, one) => total + one[what], 0);
  return {
    memory: left(node.memoryMib, node.memoryOverallocate, node.allocatedMemoryMib) - sum('memory'),
    disk: left(node.diskMib, node.diskOverallocate, node.allocatedDiskMib) - sum('disk'),
    ports: (node.allocations ?? []).filter((port) => !port.assigned && !held.has(port.id)),
  };
}

/** Its server was there before the panel was looked at, and its port is free: the server is gone again. */
function isStale(held: Reservation, snapshot: Snapshot): boolean {
  return held.settledAtMs !== null && held.settledAtMs + SKEW_MS < snapshot.takenAtMs;
}

function left(total: number, overallocate: number, allocated: number): number {
  return overallocate < 0 ? Number.POSITIVE_INFINITY : total * (1 + overallocate / 100) - allocated;
}
