import { FAILURES, type FailureCode } from '../orders/failures.ts';
import type { SenderRow } from '../store/store.ts';
import { API_VERSION, HANDLED_EVENTS } from '../stripe/effect.ts';
import type { StripeResult } from '../stripe/result.ts';
import type { ReconcileDeps } from './deps.ts';
import {
  type Deliveries,
  deliveryFindings,
  endpointFindings,
  type FoundAs,
  ownEndpoints,
  type SenderFinding,
  whyUndelivered,
} from './sender-findings.ts';

/**
 * Looks at the endpoint in Stripe and at how deliveries go. Each thing that is wrong is a warning, before a customer complains; it
 * ends when it is mended.
 *
 * @returns what says why a purchase was not delivered, by how it was found.
 * @throws StoreError
 */
export async function watchSender(
  deps: Pick<ReconcileDeps, 'publicUrl'> & {
    store: Pick<ReconcileDeps['store'], 'sender' | 'reportCheck'>;
    stripe: Pick<ReconcileDeps['stripe'], 'listWebhookEndpoints'>;
  },
): Promise<(as: FoundAs) => string> {
  const [asked, row] = await Promise.all([deps.stripe.listWebhookEndpoints(), deps.store.sender()]);
  const deliveries = deliveriesOf(row);
  const known = row.check?.endpointId ?? null;
  const wanted = { ...deps, apiVersion: API_VERSION, events: HANDLED_EVENTS, knownEndpointId: known };
  const endpoints = asked.kind === 'ok' ? asked.value : [];
  const findings = [
    ...(asked.kind === 'ok' ? endpointFindings(endpoints, wanted) : unseen(asked, row)),
    ...deliveryFindings(deliveries),
  ];
  const right = ownEndpoints(endpoints, deps.publicUrl)[0]?.id ?? known;
  const warnings = findings.map(({ code, detail }) => warning(code, detail));
  await deps.store.reportCheck({ name: 'sender', result: { endpointId: right, findings }, warnings });
  return (as) => whyUndelivered(findings, deliveries, as);
}

/** An endpoint that could not be looked at is as it was: nothing was mended because Stripe does not answer. */
function unseen(asked: StripeResult<unknown>, { check }: SenderRow): SenderFinding[] {
  const before = (check?.findings ?? []).flatMap(({ code, detail }) =>
    isKnown(code) ? [{ code, detail }] : [],
  );
  const isRefused =
    asked.kind === 'fault' && (asked.reason === 'no_permission' || asked.reason === 'bad_key');
  const ofKey: SenderFinding[] = isRefused
    ? [{ code: 'stripe_key', detail: asked.message }]
    : before.filter(({ code }) => code === 'stripe_key');
  return [...before.filter(({ code }) => code.startsWith('endpoint_')), ...ofKey];
}

const isKnown = (code: string): code is FailureCode => Object.hasOwn(FAILURES, code);

/** What the database knows of deliveries, as the findings take it. */
export function deliveriesOf(row: SenderRow): Deliveries {
  return {
    now: row.now,
    firstEventAt: row.first_event_at,
    lastEventAt: row.last_event_at,
    refusals: row.refusals.map(refusalOf),
    usualSince: row.usual_since,
  };
}

function warning(code: FailureCode, detail: string) {
  return { fingerprint: `sender:${code}`, code, scope: 'deployment', detail };
}

/** A refusal as the database has it; a code of an older version's is none of ours any more. */
export function refusalOf({ http_status, code, ...refusal }: SenderRow['refusals'][number]) {
  return { ...refusal, httpStatus: http_status, code: code !== null && isKnown(code) ? code : null };
}
