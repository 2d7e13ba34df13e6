import type { PanelHandler } from './context.ts';
import { panelErrors } from './errors.ts';
import * as infrastructure from './infrastructure.ts';
import type { PanelResource } from './rows.ts';
import { createServer } from './server-create.ts';
import { patchBuild, patchDetails, patchStartup } from './server-patch.ts';
import * as servers from './servers.ts';
import * as users from './users.ts';

export type Route = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/application`; `:name` stands for one segment. */
  path: string;
  /** What the key must be allowed to do: reading for GET, writing otherwise. */
  resource: PanelResource;
  handler: PanelHandler;
};

const routes: Route[] = [
  { method: 'GET', path: 'users', resource: 'users', handler: users.listUsers },
  {
    method: 'GET',
    path: 'users/external/:externalId',
    resource: 'users',
    handler: users.getUserByExternalId,
  },
  { method: 'GET', path: 'users/:id', resource: 'users', handler: users.getUser },
  { method: 'POST', path: 'users', resource: 'users', handler: users.createUser },
  { method: 'PATCH', path: 'users/:id', resource: 'users', handler: users.updateUser },
  { method: 'DELETE', path: 'users/:id', resource: 'users', handler: users.deleteUser },
  { method: 'GET', path: 'nodes', resource: 'nodes', handler: infrastructure.listNodes },
  { method: 'GET', path: 'nodes/deployable', resource: 'nodes', handler: infrastructure.deployableNodes },
  { method: 'GET', path: 'nodes/:id', resource: 'nodes', handler: infrastructure.getNode },
  {
    method: 'GET',
    path: 'nodes/:id/allocations',
    resource: 'allocations',
    handler: infrastructure.listAllocations,
  },
  { method: 'GET', path: 'locations', resource: 'locations', handler: infrastructure.listLocations },
  { method: 'GET', path: 'nests', resource: 'nests', handler: infrastructure.listNests },
  { method: 'GET', path: 'nests/:id', resource: 'nests', handler: infrastructure.getNest },
  { method: 'GET', path: 'nests/:id/eggs', resource: 'eggs', handler: infrastructure.listEggs },
  { method: 'GET', path: 'nests/:id/eggs/:eggId', resource: 'eggs', handler: infrastructure.getEgg },
  { method: 'GET', path: 'servers', resource: 'servers', handler: servers.listServers },
  {
    method: 'GET',
    path: 'servers/external/:externalId',
    resource: 'servers',
    handler: servers.getServerByExternalId,
  },
  { method: 'GET', path: 'servers/:id', resource: 'servers', handler: servers.getServer },
  { method: 'POST', path: 'servers', resource: 'servers', handler: createServer },
  { method: 'PATCH', path: 'servers/:id/details', resource: 'servers', handler: patchDetails },
  { method: 'PATCH', path: 'servers/:id/build', resource: 'servers', handler: patchBuild },
  { method: 'PATCH', path: 'servers/:id/startup', resource: 'servers', handler: patchStartup },
  { method: 'POST', path: 'servers/:id/suspend', resource: 'servers', handler: servers.suspendServer },
  { method: 'POST', path: 'servers/:id/unsuspend', resource: 'servers', handler: servers.unsuspendServer },
  { method: 'POST', path: 'servers/:id/reinstall', resource: 'servers', handler: servers.reinstallServer },
  { method: 'DELETE', path: 'servers/:id', resource: 'servers', handler: servers.deleteServer },
  { method: 'DELETE', path: 'servers/:id/force', resource: 'servers', handler: servers.forceDeleteServer },
];

const PREFIX = 'api/application/';

/**
 * The route of a request and the named segments of its path.
 *
 * @param path as it came, e.g. `/api/application/servers/external/a%2Fb`. An encoded slash separates segments too.
 * @throws NotFoundHttpException about the route, MethodNotAllowedHttpException
 */
export function matchRoute(method: string, path: string): { route: Route; params: Record<string, string> } {
  const shown = path.replace(/^\/+/, '').replace(/\/+$/, '');
  const segments = decodeURIComponent(shown).split('/');
  const matches = routes.flatMap((route) => {
    const params = paramsOf(`${PREFIX}${route.path}`.split('/'), segments);
    return params ? [{ route, params }] : [];
  });
  if (matches.length === 0) throw panelErrors.unknownRoute(shown);
  const match = matches.find(({ route }) => route.method === method);
  if (match) return match;
  const methods = new Set(
    matches.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method])),
  );
  throw panelErrors.wrongMethod(method, shown, [...methods].join(', '));
}

function paramsOf(pattern: string[], segments: string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment) return null;
  }
  return params;
}
