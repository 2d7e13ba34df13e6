import { type FailureCode, failureKind } from '../../orders/failures.ts';
import { isMeantAsGame } from '../../orders/item-type.ts';
import { readPlan } from '../../orders/plan.ts';
import type { Purchase } from '../../orders/purchase.ts';
import { stateOf } from '../../orders/state.ts';
import { bad, type Check, later, type Outcome, ok } from '../check.ts';
import { type Facts, seen } from '../facts.ts';

/** From our door to a worker: what we stored, what it became, and whether somebody works on it. */
export const ORDER_CHECKS: Check[] = [
  { id: 'stored', title: 'Stored', look: stored },
  { id: 'order', title: 'Order', look: order },
  { id: 'price', title: 'Price', look: price },
  { id: 'item', title: 'Item type', look: item },
  { id: 'work', title: 'Worked on', look: work },
  { id: 'attempts', title: 'Attempts', look: attempts },
];

/** A look is due for so long at most while a worker is alive, the sweep's pace and a long panel call counted. */
const PATIENCE_MS = 60_000;

function stored(facts: Facts): Outcome {
  const { purchase, evidence } = facts;
  if (purchase.kind === 'unknown') return bad('database_away', purchase.reason);
  const open = seen(evidence)?.events.find(({ state }) => state === 'received');
  if (open) return later(`${open.id} is stored and waits for Stripe's word: ${open.reason ?? ''}`);
  const [event] = seen(evidence)?.events ?? [];
  if (purchase.value) return ok(event ? `${event.id}: ${event.state}` : 'the purchase is there');
  if (event?.state === 'rejected') return bad('event_refused', `${event.id}: ${event.reason}`);
  if (event) return later(`${event.id}: ${event.state}${event.reason ? `, ${event.reason}` : ''}`);
  return later();
}

function order(facts: Facts): Outcome {
  const p = seen(facts.purchase);
  if (!p) return later();
  if (p.payment !== 'paid') return later('made when it is paid');
  if (p.closed_at !== null) return later(`closed: ${p.close_reason ?? ''}`);
  if (p.problem_code) return bad(p.problem_code as FailureCode, p.problem_detail ?? '');
  if (p.order_id === null) return later('no order yet');
  if (p.order === null) return bad('order_row_missing', `orders has no row ${p.order_id}`);
  return ok(`order ${p.order_id}, status ${p.order.status ?? 'none'}`);
}

/** The plan's own price decides nothing; a difference is told, because it is what a customer complains of. */
function price(facts: Facts): Outcome {
  const p = seen(facts.purchase);
  const listed = p?.plan?.price_minor ?? p?.plan?.price_cents;
  if (!p || p.amount_minor === null) return later();
  if (typeof listed !== 'number') return ok(`${p.amount_minor} ${p.currency ?? ''}; the plan lists none`);
  return p.amount_minor === listed
    ? ok(`${p.amount_minor} ${p.currency ?? ''}, as the plan's`)
    : ok(
        `paid ${p.amount_minor} ${p.currency ?? ''}, the plan lists ${listed}: a coupon, a tax, or a changed price`,
      );
}

/** What is not `game` is not provisioned. Where the word is a misspelt one, the plan tells what was meant. */
function item(facts: Facts): Outcome {
  const p = seen(facts.purchase);
  if (!p || p.order_id === null) return later();
  if (p.item_type === 'game') return ok('game');
  const said = `item_type "${p.item_type ?? ''}": nothing is to be provisioned`;
  const isGamePlan = p.plan !== null && readPlan(p.plan).kind === 'plan';
  if (!isGamePlan || p.closed_at !== null) return later(said);
  const meant = `${said}, and plan_id "${p.plan_id}" is a game's`;
  return isMeantAsGame(p.item_type ?? '', p.plan ?? {}) ? bad('item_type_wrong', meant) : later(meant);
}

function work(facts: Facts): Outcome {
  const p = seen(facts.purchase);
  if (!p || p.order_id === null || p.item_type !== 'game') return later();
  if (p.closed_at !== null) return later(`closed: ${p.close_reason ?? ''}`);
  if (p.panel_server_id !== null) return ok('has its server');
  if (p.pause) return later(`paused by ${p.pause.started_by}: ${p.pause.reason}`);
  if (p.attempts_made.some(({ ended_at }) => ended_at === null)) return running(p, facts);
  if (p.look_at !== null && facts.now - p.look_at > PATIENCE_MS) return nobody(p, facts);
  if (p.look_at !== null)
    return ok(`looked at ${p.look_at > facts.now ? 'again ' : ''}<t:${seconds(p.look_at)}:R>`);
  return ok(p.incident_id === null ? 'waits for a person' : `waits for incident ${p.incident_id}`);
}

function running(p: Purchase, facts: Facts): Outcome {
  const late = p.lease_until !== null && facts.now - p.lease_until > PATIENCE_MS;
  return late ? nobody(p, facts) : ok('a worker has it in hand');
}

/** Due, and nobody took it: no process is there to do so, or it can't. */
function nobody(p: Purchase, facts: Facts): Outcome {
  const since = `due since <t:${seconds(p.look_at ?? p.lease_until ?? 0)}:R>, and nobody took it`;
  const until = seen(facts.evidence)?.sweep_until ?? null;
  if (until !== null && facts.now - until < PATIENCE_MS) return bad('overdue', `${since}; a worker is alive`);
  return bad(
    'no_worker',
    `${since}; the last sign of a worker is ${until === null ? 'not known' : `<t:${seconds(until)}:R>`}`,
  );
}

function attempts(facts: Facts): Outcome {
  const p = seen(facts.purchase);
  if (!p || p.order_id === null || p.item_type !== 'game') return later();
  const last = p.attempts_made.at(-1);
  const count = p.attempts_made.length;
  const state = stateOf(p);
  const code = causeOf(p);
  const told = `${count} ${count === 1 ? 'try' : 'tries'}${last ? `, the last ${last.outcome ?? 'under way'} at ${last.step}` : ''}`;
  if (code === null || state === 'ready' || state === 'closed')
    return count > 0 ? ok(told) : later('none yet');
  const kind = failureKind(code);
  if (kind.class === 'transient' || kind.class === 'unsure')
    return later(`${told}: ${kind.sentence} It goes on by itself.`);
  if (state === 'retrying' || state === 'provisioning') {
    return {
      mark: 'bad',
      cause: code as FailureCode,
      evidence: `${told}, being tried again: ${p.failure_detail ?? kind.sentence}`,
    };
  }
  return bad(code as FailureCode, `${told}: ${p.failure_detail ?? p.incident?.detail ?? kind.sentence}`);
}

/** What is harmless for a while is none once the deadline has passed. */
function causeOf({ failure_code: code, incident }: Purchase): string | null {
  if (code === null) return incident?.code ?? null;
  const isPatient = ['transient', 'unsure'].includes(failureKind(code).class);
  return isPatient && incident?.code === 'overdue' ? incident.code : code;
}

const seconds = (ms: number) => Math.floor(ms / 1000);
