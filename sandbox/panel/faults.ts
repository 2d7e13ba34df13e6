/** How a node's daemon behaves. */
export const wingsModes = [
  { mode: 'ok', label: 'The daemon answers and installs.' },
  { mode: 'down', label: 'The daemon refuses connections: creates fail at once with 504.' },
  { mode: 'reset', label: 'The daemon drops connections: creates fail at once with 504.' },
  {
    mode: 'hang',
    label: 'The daemon never answers a create: 504 after 15 s, the server is visible meanwhile.',
  },
  {
    mode: 'hang_all',
    label: 'The daemon never answers anything: 504 after 30 s, the server is visible meanwhile.',
  },
  { mode: '500', label: 'The daemon answers 500.' },
  { mode: '502', label: 'A proxy before the daemon answers 502.' },
  { mode: '404', label: 'The daemon does not know the route or the server.' },
  { mode: '422', label: 'The daemon finds the request invalid.' },
  { mode: '401', label: "The daemon does not accept the panel's token." },
  { mode: '200html', label: 'Something else answers 200 in place of the daemon: nothing is ever installed.' },
] as const;
export type WingsMode = (typeof wingsModes)[number]['mode'];

/** What can be broken. Change the fields at any time; the next request, call or install sees it. */
export type PanelFaults = {
  down: boolean;
  maintenance: boolean;
  html502: boolean;
  redirect: boolean;
  rateLimited: boolean;
  keyRevoked: boolean;
  noPermission: boolean;
  hideAllocations: boolean;
  ipBlocked: boolean;
  ownerNotAdmin: boolean;
  twoFactorRequired: boolean;
  databaseDown: boolean;
  redisDown: boolean;
  strange: boolean;
  wrongRoot: boolean;
  usersDeadlock: boolean;
  cutBeforeCreate: boolean;
  cutAfterCreate: boolean;
  installFails: boolean;
  installNever: boolean;
  /** Every request takes this many milliseconds of the clock longer. */
  slowMs: number;
  /** By node id; a node that is not named is `ok`. */
  wings: Record<number, WingsMode>;
};

type SwitchName<Value> = {
  [Name in keyof PanelFaults]: PanelFaults[Name] extends Value ? Name : never;
}[keyof PanelFaults];

export type PanelSwitch =
  | { name: SwitchName<boolean>; label: string; kind: 'toggle' }
  | { name: SwitchName<number>; label: string; kind: 'milliseconds' }
  | { name: 'wings'; label: string; kind: 'per_node' };

const toggles: [SwitchName<boolean>, string][] = [
  ['down', 'The panel is switched off: connections are refused, open ones are cut.'],
  ['maintenance', 'The panel is being upgraded and answers 503.'],
  ['html502', 'A proxy before the panel answers with an HTML page, 502.'],
  ['redirect', 'Every request is redirected to a login page, 302.'],
  ['rateLimited', 'The rate limit is used up: every request is answered 429.'],
  ['keyRevoked', 'The API key was revoked: every request is answered 401.'],
  ['noPermission', 'The API key lost its permissions: every request is answered 403.'],
  ['hideAllocations', 'The API key may not read allocations: ports are left out of nodes and servers.'],
  ['ipBlocked', 'The API key does not allow this address: every request is answered 403.'],
  ['ownerNotAdmin', "The API key's owner is no longer an administrator: every request is answered 403."],
  ['twoFactorRequired', 'Administrators must use two-factor authentication: every request is answered 400.'],
  ['databaseDown', "The panel's database refuses connections: every request is answered 500."],
  ['redisDown', "The panel's Redis is down: every request is answered 500."],
  ['strange', 'Something else answers in the place of the panel, with JSON of its own.'],
  ['wrongRoot', 'The panel lives below another path: it knows none of our routes, 404.'],
  ['usersDeadlock', 'Two users created at once without a password deadlock: one is answered 500.'],
  ['cutBeforeCreate', 'The connection of a create is cut before the panel does anything.'],
  ['cutAfterCreate', 'The connection of a create is cut after the panel has made the server.'],
  ['installFails', 'Install scripts fail.'],
  ['installNever', 'Install scripts never report back: servers stay in "installing".'],
];

/** Every switch with a sentence about it, for a page that draws them. */
export const panelSwitches: PanelSwitch[] = [
  ...toggles.map(([name, label]) => ({ name, label, kind: 'toggle' as const })),
  { name: 'slowMs', label: 'Every request takes this much longer.', kind: 'milliseconds' },
  { name: 'wings', label: "How each node's daemon behaves.", kind: 'per_node' },
];

/** Nothing broken. */
export function noFaults(): PanelFaults {
  return {
    down: false,
    maintenance: false,
    html502: false,
    redirect: false,
    rateLimited: false,
    keyRevoked: false,
    noPermission: false,
    hideAllocations: false,
    ipBlocked: false,
    ownerNotAdmin: false,
    twoFactorRequired: false,
    databaseDown: false,
    redisDown: false,
    strange: false,
    wrongRoot: false,
    usersDeadlock: false,
    cutBeforeCreate: false,
    cutAfterCreate: false,
    installFails: false,
    installNever: false,
    slowMs: 0,
    wings: {},
  };
}
