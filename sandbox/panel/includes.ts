import { mayUse, type PanelCall, type PanelContext } from './context.ts';
import type { EggRow, NestRow, NodeRow, PanelResource, PanelState, ServerRow, UserRow } from './rows.ts';
import { serverResource } from './server-resource.ts';
import {
  allocationResource,
  eggResource,
  locationResource,
  nestResource,
  nodeResource,
  type Resource,
  type ResourceList,
  userResource,
  variableResource,
} from './transform.ts';

type Include<Row> = {
  needs: PanelResource;
  render: (state: PanelState, row: Row) => Resource | ResourceList | null;
};
type Includes<Row> = Record<string, Include<Row>>;

const list = (data: Resource[]): ResourceList => ({ object: 'list', data });
const nullResource: Resource = { object: 'null_resource', attributes: null };

/** The resource with what the call's `include` asks for; names that do not exist are ignored, as the panel does. */
function withIncludes<Row>(
  panel: PanelContext,
  call: PanelCall,
  row: Row,
  resource: Resource,
  includes: Includes<Row>,
): Resource {
  const asked = new Set(call.query.get('include')?.split(',') ?? []);
  const relationships = Object.entries(includes)
    .filter(([name]) => asked.has(name))
    .map(([name, { needs, render }]) => {
      const isAllowed = mayUse(panel, call.key, needs, 'read');
      return [name, (isAllowed ? render(panel.state, row) : null) ?? nullResource];
    });
  if (relationships.length === 0) return resource;
  return {
    ...resource,
    attributes: { ...resource.attributes, relationships: Object.fromEntries(relationships) },
  };
}

const serversOf = (state: PanelState, isWanted: (server: ServerRow) => boolean) =>
  list(state.servers.filter(isWanted).map((server) => serverResource(state, server)));

const variablesOf = (state: PanelState, egg: EggRow, server?: ServerRow) =>
  list(egg.variables.map((variable) => variableResource(state, egg, variable, server)));

const serverIncludes: Includes<ServerRow> = {
  allocations: {
    needs: 'allocations',
    render: (state, server) =>
      list(state.allocations.filter((row) => row.serverId === server.id).map(allocationResource)),
  },
  user: {
    needs: 'users',
    render: (state, server) => one(state.users, server.userId, userResource),
  },
  nest: {
    needs: 'nests',
    render: (state, server) => {
      const egg = state.eggs.find((row) => row.id === server.eggId);
      return one(state.nests, egg?.nestId, (nest) => nestResource(state, nest));
    },
  },
  egg: {
    needs: 'eggs',
    render: (state, server) => one(state.eggs, server.eggId, (egg) => eggResource(state, egg)),
  },
  variables: {
    needs: 'servers',
    render: (state, server) => {
      const egg = state.eggs.find((row) => row.id === server.eggId);
      return egg ? variablesOf(state, egg, server) : null;
    },
  },
  location: {
    needs: 'locations',
    render: (state, server) => {
      const node = state.nodes.find((row) => row.id === server.nodeId);
      return one(state.locations, node?.locationId, (location) => locationResource(state, location));
    },
  },
  node: {
    needs: 'nodes',
    render: (state, server) => one(state.nodes, server.nodeId, (node) => nodeResource(state, node)),
  },
  databases: { needs: 'server_databases', render: () => list([]) },
};

function one<Row extends { id: number }>(
  rows: Row[],
  id: number | undefined,
  render: (row: Row) => Resource,
): Resource | null {
  const row = rows.find((candidate) => candidate.id === id);
  return row ? render(row) : null;
}

/** Renders rows of one call: with the call's includes, as far as its key may see them. */
export function createRenderer(panel: PanelContext, call: PanelCall) {
  const { state } = panel;
  return {
    server: (row: ServerRow) => withIncludes(panel, call, row, serverResource(state, row), serverIncludes),
    user: (row: UserRow) =>
      withIncludes(panel, call, row, userResource(row), {
        servers: { needs: 'servers', render: () => serversOf(state, (server) => server.userId === row.id) },
      }),
    node: (row: NodeRow) => withIncludes(panel, call, row, nodeResource(state, row), nodeIncludes),
    nest: (row: NestRow) =>
      withIncludes(panel, call, row, nestResource(state, row), {
        eggs: { needs: 'eggs', render: () => list(eggsOf(state, row.id)) },
      }),
    egg: (row: EggRow) =>
      withIncludes(panel, call, row, eggResource(state, row), {
        nest: {
          needs: 'nests',
          render: () => one(state.nests, row.nestId, (nest) => nestResource(state, nest)),
        },
        variables: { needs: 'eggs', render: () => variablesOf(state, row) },
      }),
  };
}

function eggsOf(state: PanelState, nestId: number): Resource[] {
  return state.eggs.filter((egg) => egg.nestId === nestId).map((egg) => eggResource(state, egg));
}

const nodeIncludes: Includes<NodeRow> = {
  allocations: {
    needs: 'allocations',
    render: (state, node) =>
      list(state.allocations.filter((row) => row.nodeId === node.id).map(allocationResource)),
  },
  location: {
    needs: 'locations',
    render: (state, node) =>
      one(state.locations, node.locationId, (location) => locationResource(state, location)),
  },
  servers: {
    needs: 'servers',
    render: (state, node) => serversOf(state, (server) => server.nodeId === node.id),
  },
};
