import { randomUUID } from 'node:crypto';
import { isSameText } from './collation.ts';
import type { PanelContext, PanelHandler } from './context.ts';
import { deployTo } from './deployment.ts';
import { checkedEnvironment } from './environment.ts';
import { type PanelError, panelErrors } from './errors.ts';
import { createRenderer } from './includes.ts';
import { type AllocationRow, nextId, type ServerRow } from './rows.ts';
import { isBlank, validate, valueAt } from './rules.ts';
import { featureLimitsIn, limitsIn } from './server-limits.ts';
import { createRules } from './server-rules.ts';
import { callWings, removeServer, startInstall } from './wings.ts';

/** From validation to the row: the gap in which two creates can race. */
const INSERT_MS = 40;

type Draft = Omit<ServerRow, 'id' | 'createdAtMs' | 'updatedAtMs'>;
type Placement = { allocation: AllocationRow; additional: AllocationRow[]; isDeployed: boolean };

/**
 * `POST /servers`. The row is there before the daemon is called, and gone again before its failure is answered: until
 * then other requests see a server that will not last.
 */
export const createServer: PanelHandler = async (panel, call) => {
  const { body } = call;
  const isDeployed = !isBlank(body.deploy);
  const errors = validate(body, createRules(panel.state, isDeployed));
  if (errors.length > 0) throw panelErrors.validation(errors);
  const placement = place(panel, body, isDeployed);
  const draft = draftOf(panel, body, placement.allocation);
  await panel.pause(INSERT_MS);
  const server = insert(panel, draft, placement);
  const failure = await callWings(panel, server.nodeId, 'create');
  if (failure) {
    await callWings(panel, server.nodeId, 'delete');
    removeServer(panel, server);
    throw failure;
  }
  const answer = { status: 201, body: createRenderer(panel, call).server(server) };
  startInstall(panel, server);
  return answer;
};

function place(panel: PanelContext, body: Record<string, unknown>, isDeployed: boolean): Placement {
  const rows = panel.state.allocations;
  const byId = (id: unknown) => rows.find((row) => String(row.id) === String(id));
  const listAt = (path: string) => Object.values(valueAt(body, path) ?? {});
  if (isDeployed) {
    const deploy = {
      locations: listAt('deploy.locations').map(Number),
      dedicatedIp: valueAt(body, 'deploy.dedicated_ip') === true,
      portRanges: listAt('deploy.port_range').map(String),
    };
    return { allocation: deployTo(panel, deploy, limitsIn(body, 'limits')), additional: [], isDeployed };
  }
  const allocation = byId(valueAt(body, 'allocation.default'));
  if (!allocation) throw panelErrors.bug();
  const additional = listAt('allocation.additional').flatMap((id) => byId(id) ?? []);
  return { allocation, additional, isDeployed };
}

function draftOf(panel: PanelContext, body: Record<string, unknown>, allocation: AllocationRow): Draft {
  const egg = panel.state.eggs.find((row) => String(row.id) === String(body.egg));
  if (!egg) throw panelErrors.bug();
  return {
    externalId: typeof body.external_id === 'string' ? body.external_id : null,
    uuid: randomUUID(),
    name: String(body.name),
    description: String(body.description ?? ''),
    status: 'installing',
    userId: Number(body.user),
    nodeId: allocation.nodeId,
    allocationId: allocation.id,
    eggId: egg.id,
    image: String(body.docker_image),
    startup: String(body.startup),
    environment: checkedEnvironment(egg, body.environment),
    limits: limitsIn(body, 'limits'),
    featureLimits: featureLimitsIn(body),
    oomDisabled: body.oom_disabled !== false,
  };
}

/** The database's unique indexes decide here, whatever was validated before. */
function insert(panel: PanelContext, draft: Draft, placement: Placement): ServerRow {
  const { servers } = panel.state;
  const { allocation, additional, isDeployed } = placement;
  if (servers.some((row) => isSameText(row.externalId, draft.externalId))) {
    throw lostRace(panel, invalid('external_id', 'unique', 'The external id has already been taken.'));
  }
  if (allocation.serverId !== null) {
    const taken = invalid('allocation.default', 'exists', 'The selected allocation.default is invalid.');
    throw lostRace(panel, isDeployed ? panelErrors.noAllocation() : taken);
  }
  const nowMs = panel.clock.now();
  const server = { id: nextId(servers), ...draft, createdAtMs: nowMs, updatedAtMs: nowMs };
  servers.push(server);
  // Nothing guards additional ports: the last writer owns them.
  for (const row of [allocation, ...additional]) row.serverId = server.id;
  return server;
}

const invalid = (field: string, rule: string, detail: string) =>
  panelErrors.validation([{ field, rule, detail }]);

/** The loser of a race fails before its insert or in it, about as often; here it takes turns. */
function lostRace(panel: PanelContext, beforeInsert: PanelError): PanelError {
  panel.races.lost += 1;
  return panel.races.lost % 2 === 1 ? beforeInsert : panelErrors.query();
}
