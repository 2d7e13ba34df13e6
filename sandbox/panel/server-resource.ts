import type { PanelState, ServerRow } from './rows.ts';
import { type Resource, stamps } from './transform.ts';

/** The first eight characters of the uuid: the id in the panel's own links. */
export function identifierOf(server: ServerRow): string {
  return server.uuid.slice(0, 8);
}

/** The API's server object. */
export function serverResource(state: PanelState, server: ServerRow): Resource {
  return {
    object: 'server',
    attributes: {
      id: server.id,
      external_id: server.externalId,
      uuid: server.uuid,
      identifier: identifierOf(server),
      name: server.name,
      description: server.description,
      status: server.status,
      suspended: server.status === 'suspended',
      limits: { ...server.limits, oom_disabled: server.oomDisabled },
      feature_limits: server.featureLimits,
      user: server.userId,
      node: server.nodeId,
      allocation: server.allocationId,
      nest: state.eggs.find((egg) => egg.id === server.eggId)?.nestId ?? null,
      egg: server.eggId,
      container: {
        startup_command: server.startup,
        image: server.image,
        installed: server.status === 'installing' || server.status === 'install_failed' ? 0 : 1,
        environment: environmentOf(state, server),
      },
      ...stamps(server.createdAtMs, server.updatedAtMs),
    },
  };
}

function environmentOf(state: PanelState, server: ServerRow) {
  const node = state.nodes.find((row) => row.id === server.nodeId);
  return {
    ...server.environment,
    STARTUP: server.startup,
    P_SERVER_LOCATION: state.locations.find((row) => row.id === node?.locationId)?.short ?? '',
    P_SERVER_UUID: server.uuid,
    P_SERVER_ALLOCATION_LIMIT: server.featureLimits.allocations ?? 0,
  };
}
