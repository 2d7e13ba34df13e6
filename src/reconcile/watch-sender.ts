import { FAILURES, type FailureCode } from '../orders/failures.ts';
import type { SenderRow } from '../store/store.ts';
import { API_VERSION, HANDLED_EVENTS } from '../stripe/effect.ts';
import type { ReconcileDeps } from './deps.ts';
import {
  type Deliveries,
  deliveryFindings,
  endpointFindings,
  ownEndpoints,
  whyUndelivered,
} from './sender-findings.ts';

/**
 * Looks at the endpoint in Stripe and at how deliveries go. Each thing that is wrong is a warning, before a customer complains; it
 * ends when it is mended.
 *
 * @returns why purchases are not delivered, as far as it can be known.
 * @throws StoreError
 */
export async function watchSender(
  deps: Pick<ReconcileDeps, 'store' | 'stripe' | 'publicUrl'>,
): Promise<string> {
  const [asked, row] = await Promise.all([deps.stripe.listWebhookEndpoints(), deps.store.sender()]);
  const deliveries = deliveriesOf(row);
  const known = row.check?.endpointId ?? null;
  const wanted = { ...deps, apiVersion: API_VERSION, events: HANDLED_EVENTS, knownEndpointId: known };
  const endpoints = asked.kind === 'ok' ? asked.value : [];
  const findings = [
    ...(asked.kind === 'ok' ? endpointFindings(endpoints, wanted) : []),
    ...deliveryFindings(deliveries),
  ];
  const right = ownEndpoints(endpoints, deps.publicUrl)[0]?.id ?? known;
  const warnings = findings.map(({ code, detail }) => warning(code, detail));
  if (asked.kind === 'fault' && (asked.reason === 'no_permission' || asked.reason === 'bad_key')) {
    warnings.push(warning('stripe_key', asked.message));
  }
  await deps.store.reportCheck({ name: 'sender', result: { endpointId: right, findings }, warnings });
  return whyUndelivered(findings, deliveries);
}

/** What the database knows of deliveries, as the findings take it. */
export function deliveriesOf(row: SenderRow): Deliveries {
  return {
    now: row.now,
    firstEventAt: row.first_event_at,
    lastEventAt: row.last_event_at,
    refusals: row.refusals.map(refusalOf),
    usualInThreeHours: row.usual_in_3_hours,
  };
}

function warning(code: FailureCode, detail: string) {
  return { fingerprint: `sender:${code}`, code, scope: 'deployment', detail };
}

/** A refusal as the database has it; a code of an older version's is none of ours any more. */
export function refusalOf({ http_status, code, ...refusal }: SenderRow['refusals'][number]) {
  const isKnown = code !== null && Object.hasOwn(FAILURES, code);
  return { ...refusal, httpStatus: http_status, code: isKnown ? (code as FailureCode) : null };
}
