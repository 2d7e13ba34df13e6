import { badRequest } from './answers.ts';
import type { StripeObject, StripeState } from './state.ts';

// https://docs.stripe.com/expand: four levels.
const MAX_DEPTH = 4;

/** A copy of an answer with the objects in place of the ids at these paths (`data.payment.payment_intent`). */
export function expandAll<T extends object>(state: StripeState, answer: T, paths: readonly string[]): T {
  const copy = structuredClone(answer);
  for (const path of paths) {
    const steps = path.split('.');
    if (steps.length > MAX_DEPTH) throw badRequest('', `You cannot expand more than 4 levels: ${path}`);
    expandPath(state, copy, steps, path);
  }
  return copy;
}

function expandPath(state: StripeState, value: object, steps: string[], path: string): void {
  const [step, ...rest] = steps;
  if (step === undefined) return;
  if (Array.isArray(value)) {
    for (const element of value) expandPath(state, element, steps, path);
    return;
  }
  const fields = value as Record<string, unknown>;
  const held = fields[step] ?? included(state, fields, step);
  if (held === undefined) throw badRequest('', `This property cannot be expanded (${path}).`);
  const expanded = typeof held === 'string' ? structuredClone(state.objects.get(held)) : held;
  // What the sandbox does not keep (customers, say) stays an id.
  if (typeof expanded !== 'object' || expanded === null) return;
  fields[step] = expanded;
  expandPath(state, expanded, rest, path);
}

/** Line items are not part of a session until they are asked for. `null` fields can be expanded and stay null. */
function included(state: StripeState, fields: Record<string, unknown>, step: string): unknown {
  if (step in fields) return null;
  const { id, object } = fields as StripeObject;
  if (object !== 'checkout.session' || step !== 'line_items') return undefined;
  const none = { object: 'list', data: [], has_more: false, url: `/v1/checkout/sessions/${id}/line_items` };
  return structuredClone(state.lineItems.get(id)) ?? none;
}
