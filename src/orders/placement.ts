/** A node as the panel reports it. Memory and disk in MiB; over-allocation in percent, -1 for "no limit". */
export type PanelNodeFacts = {
  id: number;
  name: string;
  maintenance: boolean;
  memoryMib: number;
  memoryOverallocate: number;
  diskMib: number;
  diskOverallocate: number;
  allocatedMemoryMib: number;
  allocatedDiskMib: number;
  /** Null when our key may not read ports. */
  allocations: { id: number; ip: string; alias: string | null; port: number; assigned: boolean }[] | null;
};

/** A row of `ptero_nodes`, under our names. */
export type NodeRow = { id: string; panelNodeId: number | null; region: string | null; enabled: boolean };

export type Candidate = { nodeId: number; nodeName: string; allocationId: number; address: string };

export type Placement =
  | { kind: 'candidates'; candidates: Candidate[] }
  | { kind: 'no_nodes'; detail: string }
  | { kind: 'no_capacity'; detail: string };

type Need = { memory: number; disk: number; region: string | null };

/**
 * Where a server can go: the region's enabled nodes that have room by the panel's own formula, best first (most memory
 * free), each with a free port that nobody holds. When none has, it says why for each node, by number.
 * An explicit port makes the panel skip its own capacity check, so this check is the one that counts.
 */
export function choosePlacement(
  need: Need,
  rows: NodeRow[],
  panelNodes: PanelNodeFacts[],
  reservedAllocations: ReadonlySet<number>,
): Placement {
  const wanted = rows.filter((row) => row.enabled && (need.region === null || row.region === need.region));
  if (wanted.length === 0) {
    return {
      kind: 'no_nodes',
      detail: `ptero_nodes has no enabled row for region "${need.region ?? 'any'}"`,
    };
  }
  const looks = wanted.map((row) => lookAtNode(need, row, panelNodes, reservedAllocations));
  const candidates = looks.flatMap((look) => (look.kind === 'fits' ? [look] : []));
  if (candidates.length > 0) {
    const best = candidates.toSorted(
      (a, b) => b.freeMemory - a.freeMemory || a.candidate.nodeId - b.candidate.nodeId,
    );
    return { kind: 'candidates', candidates: best.map((look) => look.candidate) };
  }
  const reasons = looks.flatMap((look) => (look.kind === 'refused' ? [look.reason] : []));
  const onlyUnknown = looks.every((look) => look.kind === 'refused' && look.misconfigured);
  return { kind: onlyUnknown ? 'no_nodes' : 'no_capacity', detail: reasons.join('; ') };
}

type Look =
  | { kind: 'fits'; candidate: Candidate; freeMemory: number }
  | { kind: 'refused'; reason: string; misconfigured: boolean };

function lookAtNode(
  need: Need,
  row: NodeRow,
  panelNodes: PanelNodeFacts[],
  reserved: ReadonlySet<number>,
): Look {
  const misconfigured = (reason: string): Look => ({ kind: 'refused', reason, misconfigured: true });
  if (row.panelNodeId === null) return misconfigured(`ptero_nodes ${row.id}: panel_node_id is empty`);
  const node = panelNodes.find((candidate) => candidate.id === row.panelNodeId);
  if (!node) return misconfigured(`ptero_nodes ${row.id}: the panel has no node ${row.panelNodeId}`);
  const refused = (why: string): Look => ({
    kind: 'refused',
    reason: `${node.name}: ${why}`,
    misconfigured: false,
  });
  if (node.maintenance) return refused('in maintenance');
  const freeMemory = free(node.memoryMib, node.memoryOverallocate, node.allocatedMemoryMib);
  if (freeMemory < need.memory) return refused(shortage('memory', freeMemory, node.memoryMib, need.memory));
  const freeDisk = free(node.diskMib, node.diskOverallocate, node.allocatedDiskMib);
  if (freeDisk < need.disk) return refused(shortage('disk', freeDisk, node.diskMib, need.disk));
  if (node.allocations === null) return refused('our panel key may not read its ports');
  const port = node.allocations.find((allocation) => !allocation.assigned && !reserved.has(allocation.id));
  if (!port) return refused('no free port');
  const address = `${port.alias ?? port.ip}:${port.port}`;
  return {
    kind: 'fits',
    freeMemory,
    candidate: { nodeId: node.id, nodeName: node.name, allocationId: port.id, address },
  };
}

/** The panel's formula: all that is there times the over-allocation, less what is given out. */
function free(total: number, overallocate: number, allocated: number): number {
  return overallocate < 0 ? Number.POSITIVE_INFINITY : total * (1 + overallocate / 100) - allocated;
}

function shortage(what: string, freeMib: number, totalMib: number, neededMib: number): string {
  const gib = (mib: number) => (mib / 1024).toFixed(1);
  return `${gib(Math.max(0, freeMib))} of ${gib(totalMib)} GiB ${what} free, ${gib(neededMib)} needed`;
}
