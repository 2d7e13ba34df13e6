/** What the simulated panel keeps: its database, in short. Times are milliseconds since the epoch, sizes are MiB. */

export type UserRow = {
  id: number;
  externalId: string | null;
  uuid: string;
  username: string;
  email: string;
  firstName: string;
  lastName: string;
  language: string;
  rootAdmin: boolean;
  createdAtMs: number;
  updatedAtMs: number;
};

export type LocationRow = { id: number; short: string; long: string };

export type NodeRow = {
  id: number;
  uuid: string;
  name: string;
  locationId: number;
  fqdn: string;
  public: boolean;
  maintenance: boolean;
  memoryMib: number;
  /** Percent on top of the memory. */
  memoryOverallocate: number;
  diskMib: number;
  diskOverallocate: number;
};

export type AllocationRow = {
  id: number;
  nodeId: number;
  ip: string;
  alias: string | null;
  port: number;
  serverId: number | null;
};

export type NestRow = { id: number; uuid: string; name: string; description: string };

/** `rules` is a Laravel rule string. */
export type VariableRow = {
  id: number;
  name: string;
  description: string;
  envVariable: string;
  defaultValue: string;
  rules: string;
  userViewable: boolean;
  userEditable: boolean;
};

export type EggRow = {
  id: number;
  uuid: string;
  nestId: number;
  name: string;
  author: string;
  description: string;
  /** Label to image. */
  dockerImages: Record<string, string>;
  startup: string;
  /** Passed through to `config` and `script` of the API's egg as they are. */
  config: Record<string, unknown>;
  script: Record<string, unknown>;
  variables: VariableRow[];
};

export type ServerLimits = {
  memory: number;
  swap: number;
  disk: number;
  io: number;
  cpu: number;
  threads: string | null;
};
export type ServerFeatureLimits = {
  databases: number | null;
  allocations: number | null;
  backups: number | null;
};

export type ServerRow = {
  id: number;
  externalId: string | null;
  uuid: string;
  name: string;
  description: string;
  /** `installing`, `install_failed`, `suspended`; null is ready. */
  status: string | null;
  userId: number;
  nodeId: number;
  allocationId: number;
  eggId: number;
  image: string;
  startup: string;
  /** One value for every variable of the egg; what was left out is "". */
  environment: Record<string, string>;
  limits: ServerLimits;
  featureLimits: ServerFeatureLimits;
  oomDisabled: boolean;
  createdAtMs: number;
  updatedAtMs: number;
};

export const panelResources = [
  'servers',
  'users',
  'nodes',
  'allocations',
  'locations',
  'nests',
  'eggs',
  'server_databases',
] as const;
export type PanelResource = (typeof panelResources)[number];

export type KeyRow = {
  token: string;
  userId: number;
  /** `all` is also what a client key of an administrator may do. */
  permissions: 'all' | Partial<Record<PanelResource, 'read' | 'write'>>;
  /** Null allows every address. */
  allowedIps: string[] | null;
};

export type PanelRows = {
  users: UserRow[];
  locations: LocationRow[];
  nodes: NodeRow[];
  allocations: AllocationRow[];
  nests: NestRow[];
  eggs: EggRow[];
  servers: ServerRow[];
};

/** Tables left out are filled from the default seed. */
export type PanelSeed = Partial<PanelRows>;

/** The tables as they are now. `keys` begins with the one that `startPanel` was given, owned by user 1. */
export type PanelState = PanelRows & { keys: KeyRow[]; createdAtMs: number };

const lastIds = new WeakMap<object, number>();

/** The next id of a table; like a database's counter it never gives an id twice, even after a row is deleted. */
export function nextId(rows: { id: number }[]): number {
  const highest = rows.reduce((most, row) => Math.max(most, row.id), lastIds.get(rows) ?? 0);
  lastIds.set(rows, highest + 1);
  return highest + 1;
}
