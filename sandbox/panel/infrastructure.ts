import { containsText } from './collation.ts';
import type { PanelCall, PanelContext, PanelHandler } from './context.ts';
import { fittingNodes } from './deployment.ts';
import { panelErrors } from './errors.ts';
import { createRenderer } from './includes.ts';
import { listBody } from './listing.ts';
import type { NestRow, NodeRow } from './rows.ts';
import { validate } from './rules.ts';
import { allocatedOn, allocationResource, locationResource } from './transform.ts';

export const listNodes: PanelHandler = (panel, call) => ({
  status: 200,
  body: listBody(panel, call, panel.state.nodes, {
    filters: {
      uuid: (node, value) => containsText(node.uuid, value),
      name: (node, value) => containsText(node.name, value),
      fqdn: (node, value) => containsText(node.fqdn, value),
      daemon_token_id: () => false,
    },
    sorts: { uuid: (node) => node.uuid, memory: (node) => node.memoryMib, disk: (node) => node.diskMib },
    render: createRenderer(panel, call).node,
  }),
});

export const getNode: PanelHandler = (panel, call) => ({
  status: 200,
  body: createRenderer(panel, call).node(nodeOf(panel, call)),
});

/** Nodes that fit, as a list without pages unless a page is asked for; none is an error, not an empty list. */
export const deployableNodes: PanelHandler = (panel, call) => {
  const { query } = call;
  const asked = { memory: query.get('memory') ?? undefined, disk: query.get('disk') ?? undefined };
  const errors = validate(asked, {
    page: ['integer'],
    memory: ['required', 'integer', 'min:0'],
    disk: ['required', 'integer', 'min:0'],
  });
  if (errors.length > 0) throw panelErrors.validation(errors);
  const nodes = fittingNodes(panel.state, {
    memory: Number(asked.memory),
    disk: Number(asked.disk),
    locations: query.getAll('location_ids[]').map(Number),
  });
  const render = (node: NodeRow) => {
    const resource = createRenderer(panel, call).node(node);
    const { memory, disk } = allocatedOn(panel.state, node.id);
    // Sums come out of the database as text.
    const sums = { sum_memory: String(memory), sum_disk: String(disk) };
    return { ...resource, attributes: { ...resource.attributes, ...sums } };
  };
  if (query.has('page')) return { status: 200, body: listBody(panel, call, nodes, { render }) };
  return { status: 200, body: { object: 'list', data: nodes.map(render) } };
};

export const listAllocations: PanelHandler = (panel, call) => {
  const node = nodeOf(panel, call);
  const rows = panel.state.allocations.filter((row) => row.nodeId === node.id);
  return {
    status: 200,
    body: listBody(panel, call, rows, {
      filters: {
        ip: (row, value) => row.ip === value,
        port: (row, value) => String(row.port) === value,
        ip_alias: (row, value) => containsText(row.alias, value),
        server_id: (row, value) => String(row.serverId ?? 0) === value,
      },
      render: allocationResource,
    }),
  };
};

export const listLocations: PanelHandler = (panel, call) => ({
  status: 200,
  body: listBody(panel, call, panel.state.locations, {
    filters: {
      short: (row, value) => containsText(row.short, value),
      long: (row, value) => containsText(row.long, value),
    },
    render: (row) => locationResource(panel.state, row),
  }),
});

export const listNests: PanelHandler = (panel, call) => ({
  status: 200,
  body: listBody(panel, call, panel.state.nests, { render: createRenderer(panel, call).nest }),
});

export const getNest: PanelHandler = (panel, call) => ({
  status: 200,
  body: createRenderer(panel, call).nest(nestOf(panel, call)),
});

export const listEggs: PanelHandler = (panel, call) => {
  const nest = nestOf(panel, call);
  const eggs = panel.state.eggs.filter((egg) => egg.nestId === nest.id);
  return { status: 200, body: { object: 'list', data: eggs.map(createRenderer(panel, call).egg) } };
};

/** An egg of another nest is as missing as one that does not exist. */
export const getEgg: PanelHandler = (panel, call) => {
  const nest = nestOf(panel, call);
  const egg = panel.state.eggs.find((row) => row.nestId === nest.id && String(row.id) === call.params.eggId);
  if (!egg) throw panelErrors.missing();
  return { status: 200, body: createRenderer(panel, call).egg(egg) };
};

function nodeOf(panel: PanelContext, call: PanelCall): NodeRow {
  const node = panel.state.nodes.find((row) => String(row.id) === call.params.id);
  if (!node) throw panelErrors.missing();
  return node;
}

function nestOf(panel: PanelContext, call: PanelCall): NestRow {
  const nest = panel.state.nests.find((row) => String(row.id) === call.params.id);
  if (!nest) throw panelErrors.missing();
  return nest;
}
