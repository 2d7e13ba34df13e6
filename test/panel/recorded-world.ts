import type { KeyRow, PanelSeed, ServerRow, UserRow } from '../../sandbox/panel/rows.ts';
import { recordedEggs, recordedNodes } from './recorded-rows.ts';

/** The recorded panel's keys, under the names that replaced their secrets. */
export const fullKey = 'ptla_<redacted:full>';
export const otherKeys: KeyRow[] = [
  { token: 'ptlc_<redacted:client>', userId: 1, permissions: 'all', allowedIps: null },
  { token: 'ptla_<redacted:ip>', userId: 1, permissions: 'all', allowedIps: ['203.0.113.9'] },
  { token: 'ptla_<redacted:none>', userId: 1, permissions: {}, allowedIps: null },
  {
    token: 'ptla_<redacted:read>',
    userId: 1,
    permissions: { users: 'read', servers: 'read' },
    allowedIps: null,
  },
  {
    token: 'ptla_<redacted:min>',
    userId: 1,
    permissions: {
      servers: 'write',
      users: 'write',
      nodes: 'read',
      allocations: 'read',
      eggs: 'read',
      nests: 'read',
    },
    allowedIps: null,
  },
];

/** A buyer of the recorded panel; number 2 is the one of the recordings. */
export function buyer(id: number, changes: Partial<UserRow> = {}): UserRow {
  return {
    id,
    externalId: id === 2 ? 'cus_1' : `cus_${id}`,
    uuid: `63061e32-7310-4ec3-97cc-${String(id).padStart(12, '0')}`,
    username: `buyer${id - 1}`,
    email: id === 2 ? 'buyer@example.com' : `buyer${id}@example.com`,
    firstName: 'Buy',
    lastName: 'Er',
    language: 'en',
    rootAdmin: false,
    createdAtMs: 0,
    updatedAtMs: 0,
    ...changes,
  };
}

/** An installed Paper server of buyer 2 on node 1. */
export function server(id: number, changes: Partial<ServerRow> = {}): ServerRow {
  return {
    id,
    externalId: `sub_${id}`,
    uuid: `13fa13be-d3f1-41ad-a091-${String(id).padStart(12, '0')}`,
    name: 'srv',
    description: '',
    status: null,
    userId: 2,
    nodeId: 1,
    allocationId: id,
    eggId: 5,
    image: 'ghcr.io/pterodactyl/yolks:java_21',
    startup: 'java -jar {{SERVER_JARFILE}}',
    environment: {
      MINECRAFT_VERSION: 'latest',
      SERVER_JARFILE: 'server.jar',
      DL_PATH: '',
      BUILD_NUMBER: 'latest',
    },
    limits: { memory: 512, swap: 0, disk: 1024, io: 500, cpu: 100, threads: null },
    featureLimits: { databases: 0, allocations: 0, backups: 0 },
    oomDisabled: true,
    createdAtMs: 0,
    updatedAtMs: 0,
    ...changes,
  };
}

/** The panel as it was through most of the recording: an administrator, one buyer, and the buyer's first server. */
export function recordedWorld(): PanelSeed {
  return {
    ...recordedNodes(),
    ...recordedEggs(),
    locations: [
      { id: 1, short: 'eu.fra', long: 'Frankfurt' },
      { id: 2, short: 'us.nyc', long: 'New York' },
    ],
    users: [
      buyer(1, { externalId: null, username: 'admin', email: 'admin@example.com', rootAdmin: true }),
      buyer(2),
    ],
    servers: [server(1)],
  };
}
