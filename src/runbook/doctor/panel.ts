import { foldProblems } from '../../orders/catalogue-problem.ts';
import { failureKind } from '../../orders/failures.ts';
import { checkNodes } from '../../orders/node-check.ts';
import { readPlan } from '../../orders/plan.ts';
import { checkPlan } from '../../orders/plan-check.ts';
import type { PanelClient } from '../../panel/client.ts';
import type { SendToPanel } from '../../panel/http.ts';
import type { PanelEgg, PanelNode, PanelResult } from '../../panel/types.ts';
import { failureOfPanel } from '../../provisioning/panel-failure.ts';
import type { Catalogue } from '../../store/rows.ts';
import { type Finding, findingsOf } from './finding.ts';
import { askRights, isForbidden, type Rights, whyWholeKey, wordsOf } from './panel-rights.ts';

export type PanelDeps = {
  apiKey: string;
  /** What the settings say that the panel allows. */
  requestsPerMinute: number;
  client: Pick<PanelClient, 'listNodes' | 'findEgg'>;
  send: SendToPanel;
  /** What the panel's answers said that it allows; null: nothing. */
  limitSeen: () => number | null;
  /** The tables of plans and nodes; null when the database can't be asked. */
  catalogue: () => Promise<Pick<Catalogue, 'nodes' | 'plans'> | null>;
};

export type PanelFacts = {
  apiKey: string;
  requestsPerMinute: number;
  limitSeen: number | null;
  nodes: PanelResult<PanelNode[]>;
  /** Null: not asked for, because nothing is answered at all. */
  rights: Rights | null;
  catalogue: Pick<Catalogue, 'nodes' | 'plans'> | null;
  /** By number; a fault is why one is not known. */
  eggs: Map<number, PanelResult<PanelEgg | null>>;
};

const { ok, warn, bad, unknown } = findingsOf('panel');
const KEY_FIX =
  "Panel → Admin → Application API → Create New: Servers and Users Read & Write; Nodes, Allocations, Nests, Eggs Read. A key's rights can't be changed later: set PANEL_API_KEY to the new one.";
/** What says that a setting is wrong; all else may pass by itself. */
const WRONG = new Set([
  'panel_html',
  'panel_redirect',
  'panel_wrong_url',
  'panel_strange',
  'panel_key_refused',
  'panel_key_forbidden',
  'panel_two_factor',
]);

/** Looks at address, key, each right, and the tables of plans and nodes against the panel. Changes nothing. */
export async function checkPanel(deps: PanelDeps): Promise<Finding[]> {
  const { apiKey, requestsPerMinute } = deps;
  const [nodes, catalogue] = await Promise.all([deps.client.listNodes(), deps.catalogue()]);
  const isDead = nodes.kind === 'fault' && !isForbidden(nodes.fault);
  const [rights, eggs] = isDead
    ? [null, new Map()]
    : await Promise.all([askRights(deps.send), askEggs(deps, catalogue?.plans ?? [])]);
  const limitSeen = deps.limitSeen();
  return judgePanel({ apiKey, requestsPerMinute, limitSeen, nodes, rights, catalogue, eggs });
}

/** The first alone: it brings the list of all, which the others then need not ask for. */
async function askEggs(deps: PanelDeps, plans: Record<string, unknown>[]): Promise<PanelFacts['eggs']> {
  const readings = plans.map(readPlan);
  const ids = new Set(readings.flatMap((reading) => (reading.kind === 'plan' ? [reading.plan.egg] : [])));
  const [first, ...others] = ids;
  if (first === undefined) return new Map();
  const egg = await deps.client.findEgg(first);
  const rest = await Promise.all(others.map(async (id) => [id, await deps.client.findEgg(id)] as const));
  return new Map([[first, egg], ...rest]);
}

/** Pure. */
export function judgePanel(facts: PanelFacts): Finding[] {
  const key = keyFinding(facts.apiKey);
  const { nodes, rights } = facts;
  if (nodes.kind === 'fault' && rights === null) return [key, deadFinding(nodes.fault)];
  return [
    key,
    ok('answers', "as a Pterodactyl panel, and asks no two-factor login of the key's owner"),
    ...rightFindings(facts),
    ...limitFindings(facts),
    ...nodeFindings(facts),
    ...planFindings(facts),
  ];
}

function keyFinding(apiKey: string): Finding {
  if (apiKey.startsWith('ptla_')) return ok('key', 'an application key (ptla_…)');
  return bad('key', 'no application key (ptla_…)', KEY_FIX);
}

function deadFinding(fault: Extract<PanelFacts['nodes'], { kind: 'fault' }>['fault']): Finding {
  const { code, detail } = failureOfPanel(fault);
  const whole = whyWholeKey(fault);
  if (whole === 'address')
    return bad(
      'key',
      detail,
      'Panel → Admin → Application API: the allowed addresses of the key must have ours.',
    );
  if (whole === 'owner')
    return bad('key', detail, "Panel → Admin → Users: make the key's owner an administrator again.");
  const { next } = failureKind(code);
  return WRONG.has(code) ? bad(checkOf(code), detail, next) : unknown('answers', detail, next);
}

function checkOf(code: string): string {
  if (code === 'panel_two_factor') return 'two-factor login';
  return code.startsWith('panel_key') ? 'key' : 'answers';
}

function rightFindings({ nodes, rights }: PanelFacts): Finding[] {
  const allocations =
    nodes.kind === 'fault' || nodes.value.length === 0
      ? { unknown: 'seen only with a node' }
      : nodes.value.some((node) => node.allocations === null)
        ? 'no'
        : 'yes';
  const all = Object.entries({
    'Nodes: Read': nodes.kind === 'ok' ? 'yes' : 'no',
    'Allocations: Read': allocations,
    ...rights,
  } satisfies Record<string, Rights[keyof Rights]>);
  const had = all.filter(([, right]) => right === 'yes').map(([name]) => name);
  const others = all.flatMap(([name, right]) => {
    if (right === 'yes') return [];
    if (right === 'no') return [bad(`right ${name}`, 'the panel answers 403: the key lacks it', KEY_FIX)];
    return [unknown(`right ${name}`, right.unknown)];
  });
  return had.length === 0 ? others : [ok('rights', had.join(', ')), ...others];
}

function limitFindings({ limitSeen, requestsPerMinute }: PanelFacts): Finding[] {
  if (limitSeen === null) return [];
  const words = `the panel allows ${limitSeen} a minute, PANEL_REQUESTS_PER_MINUTE is ${requestsPerMinute}`;
  if (requestsPerMinute <= limitSeen) return [ok('request limit', words)];
  return [warn('request limit', words, `Set PANEL_REQUESTS_PER_MINUTE to ${limitSeen} at most.`)];
}

function nodeFindings({ nodes, catalogue }: PanelFacts): Finding[] {
  if (catalogue === null)
    return [unknown('nodes and plans', 'the database could not be asked for its tables')];
  if (nodes.kind === 'fault') return [unknown('nodes', 'the key may not read them')];
  const rows = catalogue.nodes.filter(({ enabled }) => enabled);
  if (rows.length === 0)
    return [bad('nodes', 'ptero_nodes has no enabled row', 'Fill the catalogue: README.md, "Supabase".')];
  const problems = Map.groupBy(checkNodes(catalogue.nodes, nodes.value), ({ subject }) => subject.id);
  const wrong = [...problems.values()].map((some) =>
    bad('nodes', foldProblems(some), 'Set the row of ptero_nodes right, or `enabled` to false.'),
  );
  return wrong.length > 0 ? wrong : [ok('nodes', `${rows.length} rows of ptero_nodes fit the panel`)];
}

function planFindings({ catalogue, eggs }: PanelFacts): Finding[] {
  if (catalogue === null) return [];
  const { plans } = catalogue;
  if (plans.length === 0)
    return [bad('plans', 'the table plans is empty', 'Fill the catalogue: README.md, "Supabase".')];
  const looks = plans.map((row) => planFinding(row, eggs));
  // One panel that does not answer is no finding a plan.
  const wrong = [...new Map(looks.flatMap((one) => (one ? [[one.evidence, one] as const] : []))).values()];
  return wrong.length > 0 ? wrong : [ok('plans', `${plans.length} plans fit their eggs`)];
}

function planFinding(row: Record<string, unknown>, eggs: PanelFacts['eggs']): Finding | null {
  const reading = readPlan(row);
  const egg = reading.kind === 'plan' ? eggs.get(reading.plan.egg) : undefined;
  if (egg?.kind === 'fault') return unknown('plans', wordsOf(egg.fault));
  const problems = checkPlan(row, egg?.value ?? null);
  if (problems.length === 0) return null;
  return bad('plans', foldProblems(problems), 'Set the row of plans right, or the egg on the panel.');
}
