import {
  type NodeRow,
  type PanelNodeFacts,
  type PausedNode,
  type Reservation,
  type Room,
  roomOn,
  type Snapshot,
} from './capacity.ts';

export type Candidate = { nodeId: number; nodeName: string; allocationId: number; address: string };

/** What has to be placed, in MiB, and what is known about where it can go. */
export type PlacementQuestion = {
  need: { memory: number; disk: number; region: string | null };
  rows: NodeRow[];
  snapshot: Snapshot;
  /** Those of other orders. */
  reservations: Reservation[];
  /** The node that staff asked for, by the panel's number: then only it counts, whatever its region, private or not. */
  askedNodeId: number | null;
  /** Nodes that failed a moment ago: not tried while it is known. */
  troubled: ReadonlySet<number>;
  paused: PausedNode[];
  /** Nodes and ports that this very look found out not to work. */
  tried: { nodes: ReadonlySet<number>; ports: ReadonlySet<number> };
};

export type Placement =
  | { kind: 'candidates'; candidates: Candidate[] }
  | { kind: 'no_nodes' | 'no_capacity' | 'asked_unusable'; detail: string }
  /** Only nodes that failed a moment ago have room. */
  | { kind: 'troubled'; nodeId: number; detail: string }
  /** Only nodes that staff hold back have room. */
  | { kind: 'paused'; pauseId: number; detail: string };

/**
 * Where a server can go: the region's enabled nodes that have room, best first (most memory free), each with a free port
 * that nobody holds. When none has, it says why for each node, by number.
 *
 * An explicit port makes the panel skip its own checks of capacity and privacy, so these are the ones that count.
 */
export function choosePlacement(question: PlacementQuestion): Placement {
  const { rows, need, askedNodeId } = question;
  const wanted = rows.filter((row) =>
    askedNodeId === null
      ? row.enabled && (need.region === null || row.region === need.region)
      : row.panelNodeId === askedNodeId,
  );
  if (wanted.length === 0) {
    return askedNodeId === null
      ? {
          kind: 'no_nodes',
          detail: `ptero_nodes has no enabled row with region "${need.region ?? 'any'}"`,
        }
      : { kind: 'asked_unusable', detail: `ptero_nodes has no row with panel_node_id ${askedNodeId}` };
  }
  return decide(
    wanted.map((row) => lookAtNode(question, row)),
    askedNodeId !== null,
  );
}

type Look =
  | { kind: 'fits'; candidate: Candidate; freeMemory: number }
  | { kind: 'troubled' | 'paused'; id: number; reason: string }
  | { kind: 'full' | 'misconfigured'; reason: string };

function decide(looks: Look[], wasAsked: boolean): Placement {
  const fitting = looks.flatMap((look) => (look.kind === 'fits' ? [look] : []));
  if (fitting.length > 0) {
    const best = fitting.toSorted(
      (a, b) => b.freeMemory - a.freeMemory || a.candidate.nodeId - b.candidate.nodeId,
    );
    return { kind: 'candidates', candidates: best.map((look) => look.candidate) };
  }
  const detail = looks.flatMap((look) => ('reason' in look ? [look.reason] : [])).join('; ');
  for (const look of looks) if (look.kind === 'paused') return { kind: 'paused', pauseId: look.id, detail };
  for (const look of looks)
    if (look.kind === 'troubled') return { kind: 'troubled', nodeId: look.id, detail };
  if (wasAsked) return { kind: 'asked_unusable', detail };
  return { kind: looks.every((look) => look.kind === 'misconfigured') ? 'no_nodes' : 'no_capacity', detail };
}

function lookAtNode(question: PlacementQuestion, row: NodeRow): Look {
  const { snapshot, reservations, askedNodeId, tried } = question;
  const misconfigured = (reason: string): Look => ({ kind: 'misconfigured', reason });
  if (row.panelNodeId === null) return misconfigured(`ptero_nodes ${row.id}: panel_node_id is empty`);
  const node = snapshot.nodes.find((candidate) => candidate.id === row.panelNodeId);
  if (!node)
    return misconfigured(`ptero_nodes ${row.id}: panel_node_id: the panel has no node ${row.panelNodeId}`);
  const full = (why: string): Look => ({ kind: 'full', reason: `${node.name}: ${why}` });
  if (node.maintenance) return full('in maintenance');
  if (!node.public && askedNodeId === null) return full('private on the panel, used only when staff name it');
  if (node.allocations === null) return full('our panel key may not read its ports');
  const room = roomOn(node, snapshot, reservations);
  const shortage = shortageOf(question.need, node, room);
  if (shortage !== null) return full(shortage);
  if (tried.nodes.has(node.id)) return full('did not answer the panel just now');
  const port = room.ports.find((free) => !tried.ports.has(free.id));
  if (!port) return full('no free port');
  return heldBack(question, node) ?? fits(node, room, port);
}

/** It has room, but staff hold it back, or it failed a moment ago. */
function heldBack({ paused, troubled, askedNodeId }: PlacementQuestion, node: PanelNodeFacts): Look | null {
  const pause = paused.find((one) => one.nodeId === node.id);
  if (pause) return { kind: 'paused', id: pause.pauseId, reason: `${node.name}: paused (${pause.reason})` };
  if (!troubled.has(node.id) || askedNodeId !== null) return null;
  return { kind: 'troubled', id: node.id, reason: `${node.name}: does not answer the panel` };
}

function fits(node: PanelNodeFacts, room: Room, port: Room['ports'][number]): Look {
  return {
    kind: 'fits',
    freeMemory: room.memory,
    candidate: {
      nodeId: node.id,
      nodeName: node.name,
      allocationId: port.id,
      address: `${port.alias ?? port.ip}:${port.port}`,
    },
  };
}

function shortageOf(need: { memory: number; disk: number }, node: PanelNodeFacts, room: Room): string | null {
  if (room.memory < need.memory) return shortage('memory', room.memory, node.memoryMib, need.memory);
  if (room.disk < need.disk) return shortage('disk', room.disk, node.diskMib, need.disk);
  return room.ports.length === 0 ? 'no free port' : null;
}

function shortage(what: string, freeMib: number, totalMib: number, neededMib: number): string {
  const whole = (mib: number) => Number((mib / 1024).toFixed(1));
  const free = (Math.max(0, freeMib) / 1024).toFixed(1);
  return `${free} of ${whole(totalMib)} GB ${what} free, ${whole(neededMib)} needed`;
}
