import { isSameText } from './collation.ts';
import type { PanelState, ServerRow } from './rows.ts';
import type { Rule, RuleSet } from './rules.ts';

const image = ['required', 'string', 'max:191', 'regex:/^~?[\\w\\.\\/\\-:@ ]*$/'];

/** What each limit must be, without its `required`. */
const limits = {
  memory: ['numeric', 'min:0'],
  swap: ['numeric', 'min:-1'],
  io: ['numeric', 'between:10,1000'],
  cpu: ['numeric', 'min:0'],
  disk: ['numeric', 'min:0'],
};
const threads = ['nullable', 'regex:/^[0-9-,]+$/'];
const featureLimits = {
  'feature_limits.databases': ['present', 'nullable', 'integer', 'min:0'],
  'feature_limits.allocations': ['sometimes', 'nullable', 'integer', 'min:0'],
  'feature_limits.backups': ['present', 'nullable', 'integer', 'min:0'],
};

const exists = (rows: { id: number }[]): Rule => ({
  name: 'exists',
  passes: (value) => rows.some((row) => String(row.id) === String(value)),
});

function freeAllocation(state: PanelState): Rule {
  return exists(state.allocations.filter((row) => row.serverId === null));
}

function externalId(state: PanelState, self: ServerRow | null): Rule[] {
  const isFree = (value: unknown) =>
    !state.servers.some((row) => row !== self && isSameText(row.externalId, String(value)));
  return ['sometimes', 'nullable', 'string', 'between:1,191', { name: 'unique', passes: isFree }];
}

/** The fields of `POST /servers`, in the order in which the panel reports them. */
export function createRules(state: PanelState, isDeployed: boolean): RuleSet {
  const required = (rules: string[]) => ['required', ...rules];
  return {
    external_id: externalId(state, null),
    name: ['required', 'string', 'min:1', 'max:191'],
    description: ['nullable', 'string'],
    user: ['required', 'integer', exists(state.users)],
    egg: ['required', exists(state.eggs)],
    docker_image: image,
    startup: ['required', 'string'],
    environment: ['present', 'array'],
    skip_scripts: ['sometimes', 'boolean'],
    oom_disabled: ['sometimes', 'boolean'],
    limits: ['required', 'array'],
    'limits.memory': required(limits.memory),
    'limits.swap': required(limits.swap),
    'limits.disk': required(limits.disk),
    'limits.io': required(limits.io),
    'limits.threads': threads,
    'limits.cpu': required(limits.cpu),
    feature_limits: ['required', 'array'],
    ...featureLimits,
    ...(isDeployed ? {} : allocationRules(state)),
    deploy: ['sometimes', 'required', 'array'],
    'deploy.locations': isDeployed ? ['present', 'array'] : ['array'],
    'deploy.locations.*': ['integer', 'min:1'],
    'deploy.dedicated_ip': ['required_with:deploy', 'boolean'],
    'deploy.port_range': isDeployed ? ['present', 'array'] : ['array'],
    'deploy.port_range.*': ['string'],
    start_on_completion: ['sometimes', 'boolean'],
  };
}

function allocationRules(state: PanelState): RuleSet {
  return {
    'allocation.default': ['required', 'integer', 'bail', freeAllocation(state)],
    'allocation.additional.*': ['integer', freeAllocation(state)],
  };
}

/** `PATCH /servers/{id}/details` */
export function detailsRules(state: PanelState, self: ServerRow): RuleSet {
  return {
    external_id: externalId(state, self),
    name: ['required', 'string', 'min:1', 'max:191'],
    user: ['required', 'integer', exists(state.users)],
    description: ['nullable', 'string'],
  };
}

export const detailsLabels = { name: 'Server Name', user: 'User ID' };

/** `PATCH /servers/{id}/build`: the limits in an object, or each on its own as in older versions. */
export function buildRules(state: PanelState, self: ServerRow): RuleSet {
  const own = state.allocations.filter((row) => row.serverId === self.id);
  const nested = Object.entries(limits).map(([name, rules]) => [
    `limits.${name}`,
    ['required_with:limits', ...rules],
  ]);
  const flat = Object.entries(limits).map(([name, rules]) => [name, ['required_without:limits', ...rules]]);
  return {
    allocation: ['required', 'bail', exists(own)],
    oom_disabled: ['sometimes', 'boolean'],
    limits: ['sometimes', 'array'],
    ...Object.fromEntries(nested),
    'limits.threads': threads,
    ...Object.fromEntries(flat),
    threads,
    feature_limits: ['required', 'array'],
    ...featureLimits,
  };
}

export const buildLabels = {
  'feature_limits.databases': 'Database Limit',
  'feature_limits.allocations': 'Allocation Limit',
  'feature_limits.backups': 'Backup Limit',
};

/** `PATCH /servers/{id}/startup` */
export function startupRules(state: PanelState): RuleSet {
  return {
    startup: ['required', 'string'],
    environment: ['present', 'array'],
    egg: ['required', exists(state.eggs)],
    image,
    skip_scripts: ['present', 'boolean'],
  };
}
