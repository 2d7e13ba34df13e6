import type { PanelFaults, WingsMode } from '../../sandbox/panel/faults.ts';
import { type PanelResource, panelResources } from '../../sandbox/panel/rows.ts';
import type { World } from '../../sandbox/world.ts';
import type { FailureCode } from '../../src/orders/failures.ts';
import { act, sql } from './breaks.ts';
import type { Case, Truth } from './case.ts';

const failed = (cause: FailureCode, says: RegExp, action: Truth['action'] = 'retry'): Truth => ({
  issue: 'provisioning_failed',
  cause,
  action,
  says,
});

const panel = (name: keyof PanelFaults, cause: FailureCode, says: RegExp): Case => ({
  name: `panel: ${name}`,
  truth: failed(cause, says),
  break: (world) => void Object.assign(world.panel.faults, { [name]: true }),
  until: 'alert',
});

const keyWithout = (what: PanelResource, may: 'read' | undefined, says: RegExp): Case => ({
  name: `panel: the key may ${may ?? 'not even read'} ${what}`,
  truth: failed('panel_key_forbidden', says),
  break: ({ panel: { state } }) => {
    const all = panelResources.map((resource) => [resource, resource === what ? may : 'write']);
    state.keys[0]!.permissions = Object.fromEntries(all.filter(([, right]) => right !== undefined));
  },
  until: 'alert',
  mend: ({ panel: { state } }) => Object.assign(state.keys[0]!, { permissions: 'all' }),
});

const wings = (mode: WingsMode): Case => ({
  name: `Wings ${mode} on all nodes of the region`,
  truth: failed('node_unreachable', /fra-1: do(es|id) not answer/),
  break: (world) => Object.assign(world.panel.faults, { wings: { 1: mode, 2: mode } }),
  until: 'alert',
});

const plan = (what: string, changes: string, cause: FailureCode, says: RegExp): Case => ({
  name: `plan: ${what}`,
  truth: failed(cause, says),
  break: sql(`update plans set ${changes} where id = 'among-us-1gb'`),
  until: 'alert',
});

const nodes = (what: string, change: (world: World) => unknown, cause: FailureCode, says: RegExp): Case => ({
  name: `nodes: ${what}`,
  truth: failed(cause, says),
  break: change,
  until: 'alert',
});
const eachNode = (change: (node: World['panel']['state']['nodes'][number]) => void) => (world: World) =>
  world.panel.state.nodes.forEach(change);
const rows = (changes: string) => sql(`update ptero_nodes set ${changes} where region = 'eu-west'`);

/** What the panel, the plan and the nodes can do to an order. */
export const PANEL_CAUSES: Case[] = [
  panel('down', 'panel_unreachable', /no_connection/),
  panel('html502', 'panel_html', /502/),
  panel('redirect', 'panel_redirect', /302/),
  panel('maintenance', 'panel_maintenance', /503/),
  panel('databaseDown', 'panel_broken', /500/),
  panel('redisDown', 'panel_broken', /500/),
  panel('keyRevoked', 'panel_key_refused', /401/),
  panel('noPermission', 'panel_key_forbidden', /403/),
  panel('ipBlocked', 'panel_key_forbidden', /403.*IP address/),
  panel('ownerNotAdmin', 'panel_key_forbidden', /403.*account/),
  panel('hideAllocations', 'panel_key_forbidden', /allocations/),
  panel('twoFactorRequired', 'panel_two_factor', /400/),
  panel('strange', 'panel_strange', /GET|POST/),
  panel('wrongRoot', 'panel_wrong_url', /404/),
  keyWithout('servers', 'read', /POST \/servers → 403/),
  keyWithout('users', 'read', /POST \/users → 403/),
  keyWithout('nodes', undefined, /GET \/nodes.* → 403/),
  {
    name: 'panel: away then, in maintenance now',
    truth: failed('panel_maintenance', /503/),
    break: (world) => Object.assign(world.panel.faults, { down: true }),
    until: 'alert',
    afterwards: {
      do: (world) => Object.assign(world.panel.faults, { down: false, maintenance: true }),
      until: 'now',
    },
  },
  ...(['down', 'hang', '500', '401', '404'] as const).map(wings),
  {
    name: 'plan: its egg was deleted on the panel',
    truth: failed('egg_missing', /no egg 2/),
    break: ({ panel: { state } }) =>
      state.eggs.splice(
        state.eggs.findIndex(({ id }) => id === 2),
        1,
      ),
    until: 'alert',
  },
  plan('an egg that the panel never had', 'egg = 77', 'egg_missing', /no egg 77/),
  plan('no image', 'image = null', 'plan_incomplete', /"among-us-1gb".*image.*empty/),
  plan('no memory', 'memory = null', 'plan_incomplete', /"among-us-1gb".*memory.*empty/),
  plan('an image that is no name of one', `image = 'acme#1'`, 'image_refused', /image/),
  plan(
    'a variable out of range',
    `variables = '{"MAX_LOBBIES": "1000"}'`,
    'variable_refused',
    /MAX_LOBBIES/i,
  ),
  {
    name: "plan: the egg's rules refuse its own default",
    truth: failed('variable_refused', /LOBBY_NAME/i),
    break: ({ panel: { state } }) => {
      const variable = state.eggs
        .find(({ id }) => id === 2)
        ?.variables.find(({ envVariable }) => envVariable === 'LOBBY_NAME');
      Object.assign(variable!, { rules: 'required|integer' });
    },
    until: 'alert',
  },
  {
    name: 'plan: no image then, mended now',
    truth: { ...failed('plan_incomplete', /image.*empty/), next: /mended: press Retry/ },
    break: sql(`update plans set image = null where id = 'among-us-1gb'`),
    until: 'alert',
    afterwards: {
      do: sql(`update plans set image = 'ghcr.io/pterodactyl/yolks:nodejs_18' where id = 'among-us-1gb'`),
      until: 'now',
    },
  },
  {
    name: 'plan: its row was deleted after the sale',
    truth: failed('plan_missing', /no row.*"among-us-1gb"/),
    break: rows('enabled = false'),
    until: 'alert',
    afterwards: {
      do: async (world, sale) => {
        await sql(`delete from plans where id = 'among-us-1gb'; update ptero_nodes set enabled = true`)(
          world,
        );
        await act(world, sale, { action: 'retry' });
      },
      until: 'alert_again',
    },
  },
  nodes(
    'no memory left',
    eachNode((node) => Object.assign(node, { memoryMib: 512 })),
    'no_capacity',
    /fra-1: 0\.5 of 0\.5 GB memory free, 1 needed/,
  ),
  nodes(
    'no disk left',
    eachNode((node) => Object.assign(node, { diskMib: 1024 })),
    'no_capacity',
    /fra-1: 1\.0 of 1 GB disk free, 5 needed/,
  ),
  nodes(
    'no ports',
    ({ panel: { state } }) => state.allocations.splice(0),
    'no_capacity',
    /fra-1: no free port/,
  ),
  nodes(
    'all in maintenance',
    eachNode((node) => Object.assign(node, { maintenance: true })),
    'no_capacity',
    /fra-1: in maintenance/,
  ),
  nodes(
    'all private',
    eachNode((node) => Object.assign(node, { public: false })),
    'no_capacity',
    /fra-1: private/,
  ),
  nodes(
    'no enabled row of the region',
    rows('enabled = false'),
    'no_nodes',
    /no enabled row with region "eu-west"/,
  ),
  nodes(
    'rows name a node that the panel lacks',
    rows('panel_node_id = 99'),
    'no_nodes',
    /the panel has no node 99/,
  ),
  nodes('rows name no node', rows('panel_node_id = null'), 'no_nodes', /panel_node_id is empty/),
  {
    name: 'nodes: the one that staff asked for is full',
    truth: failed('node_asked_unusable', /nyc-1.*memory/),
    break: async (world) => {
      await rows('enabled = false')(world);
      world.panel.state.nodes.find(({ id }) => id === 3)!.memoryMib = 512;
    },
    until: 'alert',
    afterwards: {
      do: (world, sale) => act(world, sale, { action: 'provision', node: 'nyc-1' }),
      until: 'alert_again',
    },
  },
];
