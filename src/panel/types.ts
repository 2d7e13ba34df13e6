/** What went wrong with one request to the panel, flat and serialisable; it never holds the key or a request body. */
export type PanelFault = {
  kind: PanelFaultKind;
  /** The reply's HTTP status; null when there was no reply. */
  status: number | null;
  /** `errors[0].code`: the panel's exception class, which says more than the status. */
  code: string | null;
  /** One line for staff, at most 300 characters, without control characters. */
  detail: string | null;
  /** `errors[0].meta.source_field`, e.g. `environment.SERVER_JARFILE`. */
  field: string | null;
  /** `errors[0].meta.rule`, e.g. `unique`. */
  rule: string | null;
  /** Every failing field of a validation error, in the panel's order. */
  fields: { field: string; rule: string }[];
  /** How long the panel asked us to wait, in milliseconds. */
  retryAfterMs: number | null;
  /** Method and path without the query, e.g. `POST /servers`. */
  request: string;
};

/**
 * - `no_connection`: refused, or the name is unknown; the request was surely not sent.
 * - `cut`: the connection was lost; the request may have been carried out.
 * - `timeout`: no complete answer in time; the request may have been carried out.
 * - `html`: the body is not JSON (a proxy's error page, a wrong address).
 * - `redirect`: a 3xx (a login page, http instead of https); never followed.
 * - `unexpected_shape`: JSON, but not what the API answers; or more of it than any answer has.
 * - `held`: not sent, because our share of the panel's request limit is used up; `retryAfterMs` says for how long.
 * - `error`: the panel's own error envelope; `code` says which.
 */
export type PanelFaultKind =
  | 'no_connection'
  | 'cut'
  | 'timeout'
  | 'html'
  | 'redirect'
  | 'unexpected_shape'
  | 'held'
  | 'error';

/** `panelTimeMs` is the reply's Date header in milliseconds since the epoch; null without a reply, or from the cache. */
export type PanelResult<T> =
  | { kind: 'ok'; value: T; panelTimeMs: number | null }
  | { kind: 'fault'; fault: PanelFault; panelTimeMs: number | null };

/** One page of a list, and how many pages there are. */
export type PanelPage<T> = { rows: T[]; totalPages: number };

export type PanelUser = {
  id: number;
  externalId: string | null;
  uuid: string;
  username: string;
  email: string;
  firstName: string;
  lastName: string;
  rootAdmin: boolean;
};

export type NewPanelUser = {
  externalId: string;
  email: string;
  username: string;
  firstName: string;
  lastName: string;
};

export type PanelAllocation = {
  id: number;
  ip: string;
  alias: string | null;
  port: number;
  assigned: boolean;
};

export type PanelNode = {
  id: number;
  name: string;
  fqdn: string;
  public: boolean;
  maintenance: boolean;
  memoryMib: number;
  /** Percent on top of `memoryMib`. */
  memoryOverallocate: number;
  diskMib: number;
  diskOverallocate: number;
  /** The sum of the limits of the servers on the node; a server without a limit counts as 0. */
  allocatedMemoryMib: number;
  allocatedDiskMib: number;
  /** Every port of the node; null when the key may not read allocations. */
  allocations: PanelAllocation[] | null;
};

/** `rules` is a Laravel rule string such as `required|string|max:20`. */
export type PanelEggVariable = { envVariable: string; defaultValue: string; rules: string };

export type PanelEgg = {
  id: number;
  nestId: number;
  name: string;
  dockerImages: string[];
  startup: string;
  variables: PanelEggVariable[];
};

/** Memory, swap and disk in MiB, cpu in percent of one core; 0 is unlimited. `io` is a weight from 10 to 1000. */
export type PanelLimits = { memory: number; swap: number; disk: number; io: number; cpu: number };
export type PanelFeatureLimits = { databases: number; allocations: number; backups: number };

export type NewPanelServer = {
  externalId: string;
  name: string;
  userId: number;
  eggId: number;
  dockerImage: string;
  startup: string;
  /** Every variable of the egg: the panel does not fill in defaults. */
  environment: Record<string, string>;
  limits: PanelLimits;
  featureLimits: PanelFeatureLimits;
  allocationId: number;
};

export type PanelServer = {
  id: number;
  externalId: string | null;
  uuid: string;
  /** The short id in the panel's own links. */
  identifier: string;
  name: string;
  description: string;
  /** `installing`, `install_failed`, `reinstall_failed`, `suspended`, `restoring_backup`; null is ready. */
  status: string | null;
  userId: number;
  eggId: number;
  nodeId: number;
  allocationId: number;
  createdAtMs: number;
  /** `alias-or-ip:port`; null when the key may not read allocations. */
  address: string | null;
  nodeName: string | null;
};
