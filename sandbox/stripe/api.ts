import { badRequest, missing, unknownPath } from './answers.ts';
import type { EventLog } from './events.ts';
import { toApiEvent } from './events.ts';
import { expandAll } from './expand.ts';
import { listPage } from './listing.ts';
import { allowOnly, CREATED, isInRange, type Query } from './query.ts';
import type { StripeObject, StripeState } from './state.ts';
import type { StripeFaults } from './switches.ts';
import endpointTemplate from './templates/webhook-endpoint.json' with { type: 'json' };

export type ApiDeps = {
  state: StripeState;
  events: EventLog;
  faults: StripeFaults;
  endpointUrl: () => string | null;
};

type Route = { path: RegExp; answer: (deps: ApiDeps, query: Query, id: string) => object };

const routes: Route[] = [
  { path: /^\/v1\/checkout\/sessions$/, answer: listSessions },
  { path: /^\/v1\/checkout\/sessions\/(\w+)$/, answer: getting('checkout.session') },
  ...listing('subscriptions', 'subscription', ['status']),
  { path: /^\/v1\/subscriptions\/(\w+)$/, answer: getting('subscription') },
  ...listing('invoices', 'invoice'),
  { path: /^\/v1\/invoices\/(\w+)$/, answer: getting('invoice') },
  { path: /^\/v1\/invoice_payments$/, answer: listInvoicePayments },
  ...listing('charges', 'charge'),
  { path: /^\/v1\/charges\/(\w+)$/, answer: getting('charge') },
  ...listing('payment_intents', 'payment_intent'),
  { path: /^\/v1\/payment_intents\/(\w+)$/, answer: getting('payment_intent') },
  { path: /^\/v1\/events$/, answer: listEvents },
  { path: /^\/v1\/events\/(\w+)$/, answer: getEvent },
  { path: /^\/v1\/webhook_endpoints$/, answer: listEndpoints },
  { path: /^\/v1\/balance$/, answer: getBalance },
];

/** The answer to a GET, an object or a list. Throws an `ApiError` for everything else. */
export function answerRequest(deps: ApiDeps, method: string, path: string, query: Query): object {
  for (const route of method === 'GET' ? routes : []) {
    const match = route.path.exec(path);
    if (match === null) continue;
    return expandAll(deps.state, route.answer(deps, query, match[1] ?? ''), query.all('expand'));
  }
  throw unknownPath(method, path);
}

function getting(kind: string): Route['answer'] {
  return ({ state, faults }, query, id) => {
    allowOnly(query, ['expand']);
    const isOthers = faults.otherMode || faults.otherAccount;
    const found = isOthers ? undefined : state.objects.get(id);
    if (found?.object !== kind) throw missing(kind, id);
    return found;
  };
}

/** A list that is asked for its newest element alone: whether the key may read it. Its filters are known and choose nothing. */
function listing(name: string, kind: string, filters: string[] = []): Route[] {
  const answer: Route['answer'] = (deps, query) =>
    listPage(`/v1/${name}`, allOf(deps, kind), query, [...CREATED, ...filters]);
  return [{ path: new RegExp(`^/v1/${name}$`), answer }];
}

function allOf(deps: ApiDeps, kind: string): StripeObject[] {
  if (deps.faults.otherMode || deps.faults.otherAccount) return [];
  return [...deps.state.objects.values()].filter((element) => element.object === kind);
}

/** Whether a filter is absent, or equal to the value. */
function isAsked(query: Query, name: string, value: unknown): boolean {
  const asked = query.one(name);
  return asked === undefined || asked === value;
}

function listSessions(deps: ApiDeps, query: Query): object {
  const matching = allOf(deps, 'checkout.session').filter(
    (session) =>
      isInRange(query, Number(session.created)) &&
      isAsked(query, 'status', session.status) &&
      isAsked(query, 'subscription', session.subscription) &&
      isAsked(query, 'payment_intent', session.payment_intent) &&
      isAsked(query, 'customer', session.customer) &&
      isAsked(query, 'customer_details[email]', emailOf(session)),
  );
  const filters = ['status', 'subscription', 'payment_intent', 'customer', 'customer_details[email]'];
  return listPage('/v1/checkout/sessions', matching, query, [...CREATED, ...filters]);
}

function emailOf(session: StripeObject): unknown {
  const details = session.customer_details;
  return typeof details === 'object' && details !== null && 'email' in details ? details.email : null;
}

function listInvoicePayments(deps: ApiDeps, query: Query): object {
  const matching = allOf(deps, 'invoice_payment').filter((element) => {
    const payment = element.payment as { type: string; payment_intent?: string };
    return (
      isAsked(query, 'invoice', element.invoice) &&
      isAsked(query, 'status', element.status) &&
      isAsked(query, 'payment[type]', payment.type) &&
      isAsked(query, 'payment[payment_intent]', payment.payment_intent)
    );
  });
  const filters = ['invoice', 'status', 'payment[type]', 'payment[payment_intent]'];
  return listPage('/v1/invoice_payments', matching, query, filters);
}

function listEvents(deps: ApiDeps, query: Query): object {
  const types = query.all('types');
  if (types.length > 20) throw badRequest('', 'You may not specify more than 20 types.');
  if (types.length > 0 && query.one('type')) throw badRequest('', 'You may pass either type or types.');
  const isOthers = deps.faults.otherMode || deps.faults.otherAccount;
  const matching = (isOthers ? [] : deps.events.records)
    .filter((record) => types.length === 0 || types.includes(record.type))
    .filter((record) => isAsked(query, 'type', record.type))
    .filter((record) =>
      isAsked(query, 'delivery_success', String(record.delivered || record.neverSent === true)),
    )
    .filter((record) => isInRange(query, record.created))
    .flatMap((record) => toApiEvent(record) ?? []);
  return listPage('/v1/events', matching, query, [...CREATED, 'types', 'type', 'delivery_success']);
}

function getEvent(deps: ApiDeps, query: Query, id: string): object {
  allowOnly(query, ['expand']);
  const record = deps.events.records.find((element) => element.id === id);
  const event = record === undefined ? null : toApiEvent(record);
  if (event === null) throw missing('event', id);
  return event;
}

/** What an endpoint of years ago speaks. */
export const OLD_VERSION = '2024-06-20';

function listEndpoints(deps: ApiDeps, query: Query): object {
  const url = deps.endpointUrl();
  const status = deps.faults.deliveryPaused ? 'disabled' : 'enabled';
  const endpoint = { ...endpointTemplate, url: `${url}${deps.faults.endpointTypo ? 's' : ''}`, status };
  if (deps.faults.endpointFewEvents) endpoint.enabled_events = ['checkout.session.completed'];
  if (deps.faults.endpointOldVersion) endpoint.api_version = OLD_VERSION;
  const endpoints = url === null || deps.faults.endpointGone ? [] : [endpoint];
  if (deps.faults.endpointTwice) endpoints.push({ ...endpoint, id: `${endpoint.id.slice(0, -1)}2` });
  return listPage('/v1/webhook_endpoints', endpoints, query, []);
}

function getBalance(): object {
  const amount = { amount: 0, currency: 'eur', source_types: { card: 0 } };
  return { object: 'balance', available: [amount], livemode: false, pending: [amount] };
}
