import type { PanelContext } from './context.ts';
import { panelErrors } from './errors.ts';
import type { AllocationRow, NodeRow, PanelState } from './rows.ts';
import { allocatedOn } from './transform.ts';

/** Sizes in MiB; no locations means every location. */
export type Demand = { memory: number; disk: number; locations: number[] };

export type Deploy = { locations: number[]; dedicatedIp: boolean; portRanges: string[] };

/**
 * Public nodes with room by the panel's formula, which does not look at maintenance.
 *
 * @throws NoViableNodeException when there is none.
 */
export function fittingNodes(state: PanelState, demand: Demand): NodeRow[] {
  const nodes = state.nodes.filter(
    (node) => node.public && isInLocation(node, demand) && fits(state, node, demand),
  );
  if (nodes.length === 0) throw panelErrors.noNode();
  return nodes;
}

function isInLocation(node: NodeRow, demand: Demand): boolean {
  return demand.locations.length === 0 || demand.locations.includes(node.locationId);
}

function fits(state: PanelState, node: NodeRow, demand: Demand): boolean {
  const used = allocatedOn(state, node.id);
  return (
    used.memory + demand.memory <= node.memoryMib * (1 + node.memoryOverallocate / 100) &&
    used.disk + demand.disk <= node.diskMib * (1 + node.diskOverallocate / 100)
  );
}

/**
 * The port that automatic deployment draws. The real panel draws at random; here draws go round, so that runs repeat.
 *
 * @throws NoViableNodeException, NoViableAllocationException
 */
export function deployTo(
  panel: PanelContext,
  deploy: Deploy,
  limits: { memory: number; disk: number },
): AllocationRow {
  const nodes = fittingNodes(panel.state, { ...limits, locations: deploy.locations });
  const onNodes = panel.state.allocations.filter((row) => nodes.some((node) => node.id === row.nodeId));
  const takenIps = new Set(
    onNodes.filter((row) => row.serverId !== null).map((row) => `${row.nodeId} ${row.ip}`),
  );
  const free = onNodes.filter(
    (row) =>
      row.serverId === null &&
      isInRanges(row.port, deploy.portRanges) &&
      !(deploy.dedicatedIp && takenIps.has(`${row.nodeId} ${row.ip}`)),
  );
  const drawn = free[panel.races.drawn % Math.max(1, free.length)];
  panel.races.drawn += 1;
  if (!drawn) throw panelErrors.noAllocation();
  return drawn;
}

function isInRanges(port: number, ranges: string[]): boolean {
  if (ranges.length === 0) return true;
  return ranges.some((range) => {
    const [low, high] = range.split('-').map(Number);
    return low !== undefined && port >= low && port <= (high ?? low);
  });
}
