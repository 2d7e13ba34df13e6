import { failureKind } from '../../orders/failures.ts';
import { isLate } from '../../orders/install.ts';
import { choosePlacement } from '../../orders/placement.ts';
import { readPlan } from '../../orders/plan.ts';
import { checkPlan } from '../../orders/plan-check.ts';
import type { Purchase } from '../../orders/purchase.ts';
import { failureOfPanel } from '../../provisioning/panel-failure.ts';
import { bad, type Check, later, type Outcome, ok, unknown } from '../check.ts';
import { type Facts, type Source, seen } from '../facts.ts';

/** From a worker to a server that runs: the panel, what the plan asks of it, and what it has. */
export const PANEL_CHECKS: Check[] = [
  { id: 'panel', title: 'Panel and key', look: panel },
  { id: 'plan', title: 'Plan and egg', look: plan },
  { id: 'capacity', title: 'Nodes and room', look: capacity },
  { id: 'server', title: 'Server', look: server },
  { id: 'owner', title: 'Owner', look: owner },
  { id: 'install', title: 'Installed', look: install },
];

/** Whether a server is still to be made: then what the panel can do matters, else only what it has. */
function isWanted(p: Purchase | null): p is Purchase {
  return (
    p !== null &&
    p.payment === 'paid' &&
    p.item_type === 'game' &&
    p.closed_at === null &&
    p.panel_server_id === null
  );
}

function panel(facts: Facts): Outcome {
  const all: Source<unknown>[] = [facts.snapshot, facts.egg, facts.server, facts.owner];
  const failed = all.find((source) => source.kind === 'unknown');
  if (failed?.kind !== 'unknown') return ok('answers, and takes our key');
  if (!failed.fault) return unknown(failed.reason);
  const failure = failureOfPanel(failed.fault);
  // An order that has its server does not need the panel now.
  if (!isWanted(seen(facts.purchase))) return unknown(failure.detail);
  // What goes on by itself is no cause.
  const isPassing = failureKind(failure.code).class === 'transient';
  return isPassing ? unknown(failure.detail) : bad(failure.code, failure.detail);
}

function plan(facts: Facts): Outcome {
  const p = seen(facts.purchase);
  if (!isWanted(p)) return later();
  if (facts.catalogue.kind === 'unknown') return unknown(facts.catalogue.reason);
  if (p.plan_id === null) return later('no plan is named');
  if (p.plan === null)
    return bad(p.order_id === null ? 'unknown_plan' : 'plan_missing', `plans has no row "${p.plan_id}"`);
  const reading = readPlan(p.plan);
  if (reading.kind === 'incomplete') return bad('plan_incomplete', `plans "${p.plan_id}": ${reading.detail}`);
  if (facts.egg.kind === 'unknown') return unknown(facts.egg.reason);
  const problems = checkPlan(p.plan, facts.egg.value);
  if (facts.egg.value === null) return bad('egg_missing', `the panel has no egg ${reading.plan.egg}`);
  const said = problems.map(({ column, message }) => `${column}: ${message}`).join('; ');
  // A doubt about the plan is no cause: the panel takes some of what the check finds fault with. What it refuses, the try says.
  return problems.length > 0
    ? { mark: 'bad', evidence: said }
    : ok(`egg ${reading.plan.egg}, every variable fits`);
}

function capacity(facts: Facts): Outcome {
  const p = seen(facts.purchase);
  const catalogue = seen(facts.catalogue);
  if (!isWanted(p) || p.plan === null || !catalogue) return later();
  const reading = readPlan(p.plan);
  if (reading.kind === 'incomplete') return later();
  if (facts.snapshot.kind === 'unknown') return unknown(facts.snapshot.reason);
  const placement = choosePlacement({
    need: { memory: reading.plan.memory, disk: reading.plan.disk, region: p.region },
    rows: catalogue.nodes,
    snapshot: facts.snapshot.value,
    reservations: catalogue.reservations,
    askedNodeId: p.node_asked,
    troubled: new Set(),
    paused: catalogue.paused_nodes,
    tried: { nodes: new Set(), ports: new Set() },
  });
  if (
    placement.kind === 'no_capacity' &&
    facts.snapshot.value.nodes.every(({ allocations }) => allocations === null)
  )
    return bad('panel_key_forbidden', 'the key may not read allocations: no port of any node is seen');
  switch (placement.kind) {
    case 'candidates':
      return ok(`room on ${placement.candidates.map(({ nodeName }) => nodeName).join(', ')}`);
    case 'no_capacity':
    case 'no_nodes':
      return bad(placement.kind, placement.detail);
    case 'asked_unusable':
      return bad('node_asked_unusable', placement.detail);
    default:
      return later(placement.detail);
  }
}

function server(facts: Facts): Outcome {
  const p = seen(facts.purchase);
  if (!p || p.order_id === null || p.item_type !== 'game') return later();
  if (facts.server.kind === 'unknown')
    return p.panel_server_id === null ? later() : unknown(facts.server.reason);
  const there = facts.server.value;
  if (there) return ok(`server ${there.id}${there.nodeName ? ` on ${there.nodeName}` : ''}`);
  return p.panel_server_id === null || p.closed_at !== null
    ? later('the panel has none for this order')
    : bad('server_gone', `the panel has no server ${p.panel_server_id} any more`);
}

function owner(facts: Facts): Outcome {
  const there = seen(facts.server);
  const p = seen(facts.purchase);
  if (!there || !p || p.closed_at !== null) return later();
  if (facts.owner.kind === 'unknown') return unknown(facts.owner.reason);
  const buyer = facts.owner.value;
  if (buyer === null) return unknown("the panel has no account with the buyer's user id");
  if (buyer.id === there.userId) return ok(`panel user ${buyer.id}, the buyer`);
  return bad(
    'server_mismatch',
    `server ${there.id} belongs to panel user ${there.userId}, the buyer is ${buyer.id}`,
  );
}

function install(facts: Facts): Outcome {
  const there = seen(facts.server);
  const p = seen(facts.purchase);
  if (!there || !p || p.closed_at !== null) return later();
  if (p.install === 'failed' || p.install === 'never_finished') {
    const code = p.install === 'failed' ? 'install_failed' : 'install_never_finished';
    return bad(code, p.failure_detail ?? `the panel says ${there.status ?? 'ready'}`);
  }
  if (p.install === 'ready')
    return ok(there.status === null ? 'the customer can play' : `was ready; now ${there.status}`);
  if (there.status === 'install_failed' || there.status === 'reinstall_failed')
    return bad('install_failed', `the panel says ${there.status} for server ${there.id}`);
  const late = isLate(p) ? '; it did not end in time before' : '';
  return later(`the panel says ${there.status ?? 'ready'}${late}`);
}
