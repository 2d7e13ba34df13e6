import { containsText, isSameText } from './collation.ts';
import { noContent, type PanelCall, type PanelContext, type PanelHandler } from './context.ts';
import { panelErrors } from './errors.ts';
import { createRenderer } from './includes.ts';
import { listBody } from './listing.ts';
import type { ServerRow } from './rows.ts';
import { identifierOf } from './server-resource.ts';
import { callWings, removeServer, startInstall } from './wings.ts';

export const listServers: PanelHandler = (panel, call) => ({
  status: 200,
  body: listBody(panel, call, panel.state.servers, {
    filters: {
      uuid: (server, value) => containsText(server.uuid, value),
      uuidShort: (server, value) => containsText(identifierOf(server), value),
      name: (server, value) => containsText(server.name, value),
      description: (server, value) => containsText(server.description, value),
      image: (server, value) => containsText(server.image, value),
      external_id: (server, value) => containsText(server.externalId, value),
    },
    sorts: { uuid: (server) => server.uuid },
    render: createRenderer(panel, call).server,
  }),
});

export const getServer: PanelHandler = (panel, call) => ({
  status: 200,
  body: createRenderer(panel, call).server(serverOf(panel, call)),
});

export const getServerByExternalId: PanelHandler = (panel, call) => {
  const { externalId = '' } = call.params;
  const server = panel.state.servers.find((row) => isSameText(row.externalId, externalId));
  if (!server) throw panelErrors.missing();
  return { status: 200, body: createRenderer(panel, call).server(server) };
};

export const suspendServer: PanelHandler = (panel, call) => setSuspended(panel, call, true);
export const unsuspendServer: PanelHandler = (panel, call) => setSuspended(panel, call, false);

/** The status is one field: suspending forgets an install, and rolling back a failure writes null, not what was there. */
async function setSuspended(panel: PanelContext, call: PanelCall, isWanted: boolean) {
  const server = serverOf(panel, call);
  if ((server.status === 'suspended') === isWanted) return noContent;
  setStatus(panel, server, isWanted ? 'suspended' : null);
  const failure = await callWings(panel, server.nodeId, 'sync');
  if (failure) {
    setStatus(panel, server, isWanted ? null : 'suspended');
    throw failure;
  }
  return noContent;
}

export const reinstallServer: PanelHandler = async (panel, call) => {
  const server = serverOf(panel, call);
  const { status } = server;
  setStatus(panel, server, 'installing');
  const failure = await callWings(panel, server.nodeId, 'reinstall');
  if (failure) {
    setStatus(panel, server, status);
    throw failure;
  }
  startInstall(panel, server);
  return noContent;
};

/** A daemon that does not know the server has nothing left to delete. */
export const deleteServer: PanelHandler = async (panel, call) => {
  const server = serverOf(panel, call);
  const failure = await callWings(panel, server.nodeId, 'delete');
  if (failure && failure.status !== 404) throw failure;
  removeServer(panel, server);
  return noContent;
};

/** Whatever the daemon says; the files may stay on the node. */
export const forceDeleteServer: PanelHandler = async (panel, call) => {
  const server = serverOf(panel, call);
  await callWings(panel, server.nodeId, 'delete');
  removeServer(panel, server);
  return noContent;
};

/** The server that the path names. */
export function serverOf(panel: PanelContext, call: PanelCall): ServerRow {
  const server = panel.state.servers.find((row) => String(row.id) === call.params.id);
  if (!server) throw panelErrors.missing();
  return server;
}

function setStatus(panel: PanelContext, server: ServerRow, status: string | null) {
  server.status = status;
  server.updatedAtMs = panel.clock.now();
}
