import type { PanelAnswer, PanelCall, PanelContext, PanelHandler } from './context.ts';
import { checkedEnvironment } from './environment.ts';
import { panelErrors } from './errors.ts';
import { createRenderer } from './includes.ts';
import type { ServerRow } from './rows.ts';
import { isBlank, type Labels, type RuleSet, validate } from './rules.ts';
import { featureLimitsIn, limitsIn } from './server-limits.ts';
import { buildLabels, buildRules, detailsLabels, detailsRules, startupRules } from './server-rules.ts';
import { serverOf } from './servers.ts';
import { callWings } from './wings.ts';

/** What is left out is emptied: an external id that is not sent again is lost. */
export const patchDetails: PanelHandler = (panel, call) => {
  const server = serverOf(panel, call);
  check(call, detailsRules(panel.state, server), detailsLabels);
  const { body } = call;
  server.externalId = typeof body.external_id === 'string' ? body.external_id : null;
  server.name = String(body.name);
  server.userId = Number(body.user);
  server.description = String(body.description ?? '');
  return changed(panel, call, server);
};

/** Neither capacity nor the daemon is asked: a node that is down takes the new limits all the same. */
export const patchBuild: PanelHandler = async (panel, call) => {
  const server = serverOf(panel, call);
  check(call, buildRules(panel.state, server), buildLabels);
  const { body } = call;
  server.allocationId = Number(body.allocation);
  server.limits = limitsIn(body, isBlank(body.limits) ? '' : 'limits');
  server.featureLimits = featureLimitsIn(body);
  if (typeof body.oom_disabled === 'boolean') server.oomDisabled = body.oom_disabled;
  await callWings(panel, server.nodeId, 'sync');
  return changed(panel, call, server);
};

export const patchStartup: PanelHandler = (panel, call) => {
  const server = serverOf(panel, call);
  check(call, startupRules(panel.state));
  const { body } = call;
  const egg = panel.state.eggs.find((row) => String(row.id) === String(body.egg));
  if (!egg) throw panelErrors.bug();
  server.environment = checkedEnvironment(egg, body.environment);
  server.eggId = egg.id;
  server.startup = String(body.startup);
  server.image = String(body.image);
  return changed(panel, call, server);
};

function check(call: PanelCall, rules: RuleSet, labels: Labels = {}) {
  const errors = validate(call.body, rules, labels);
  if (errors.length > 0) throw panelErrors.validation(errors);
}

function changed(panel: PanelContext, call: PanelCall, server: ServerRow): PanelAnswer {
  server.updatedAtMs = panel.clock.now();
  return { status: 200, body: createRenderer(panel, call).server(server) };
}
