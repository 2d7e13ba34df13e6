import { randomUUID } from 'node:crypto';
import { seedEggs } from './egg-seed.ts';
import type { AllocationRow, KeyRow, NodeRow, PanelRows, PanelSeed, PanelState, UserRow } from './rows.ts';

const PORTS_PER_NODE = 40;
const FIRST_PORT = 25565;

/** A free port of a node, as the panel numbers them: one table for all nodes. */
function seedAllocations(nodes: NodeRow[]): AllocationRow[] {
  return nodes.flatMap((node, nodeIndex) =>
    Array.from({ length: PORTS_PER_NODE }, (_, index) => ({
      id: nodeIndex * PORTS_PER_NODE + index + 1,
      nodeId: node.id,
      ip: `10.0.0.${node.id}`,
      alias: node.fqdn,
      port: FIRST_PORT + index,
      serverId: null,
    })),
  );
}

/** A public node of 64 GB memory and 500 GB disk, without over-allocation. */
export function seedNode(id: number, name: string, locationId: number): NodeRow {
  return {
    id,
    uuid: randomUUID(),
    name,
    locationId,
    fqdn: `${name.replaceAll('-', '')}.example.com`,
    public: true,
    maintenance: false,
    memoryMib: 64 * 1024,
    memoryOverallocate: 0,
    diskMib: 500 * 1024,
    diskOverallocate: 0,
  };
}

/** User 1, who owns the API key. */
export function seedAdmin(nowMs: number): UserRow {
  return {
    id: 1,
    externalId: null,
    uuid: randomUUID(),
    username: 'admin',
    email: 'admin@example.com',
    firstName: 'Ad',
    lastName: 'Min',
    language: 'en',
    rootAdmin: true,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** Two regions (`eu.fra` with two nodes, `us.nyc` with one), 40 ports each from 25565, five games, one administrator. */
export function defaultRows(nowMs: number): PanelRows {
  const nodes = [seedNode(1, 'fra-1', 1), seedNode(2, 'fra-2', 1), seedNode(3, 'nyc-1', 2)];
  return {
    users: [seedAdmin(nowMs)],
    locations: [
      { id: 1, short: 'eu.fra', long: 'Frankfurt' },
      { id: 2, short: 'us.nyc', long: 'New York' },
    ],
    nodes,
    allocations: seedAllocations(nodes),
    ...seedEggs(),
    servers: [],
  };
}

/** The tables at start. Nodes seeded without allocations get 40 ports each; seeded servers hold their own ports. */
export function createState(seed: PanelSeed, apiKey: string, nowMs: number): PanelState {
  const rows = { ...defaultRows(nowMs), ...seed };
  const allocations = seed.allocations ?? seedAllocations(rows.nodes);
  for (const server of rows.servers) {
    const port = allocations.find((row) => row.id === server.allocationId);
    if (port) port.serverId = server.id;
  }
  const key: KeyRow = { token: apiKey, userId: 1, permissions: 'all', allowedIps: null };
  return { ...rows, allocations, keys: [key], createdAtMs: nowMs };
}
