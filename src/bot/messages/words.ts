import { shortId } from '../../orders/ids.ts';
import type { Purchase } from '../../orders/purchase.ts';
import type { State } from '../../orders/state.ts';
import { inert, maskEmail } from './inert.ts';
import type { Colour } from './parts.ts';

/** How each state looks: one word, one sign, one colour. Green is kept for "the customer can play". */
export const LOOKS: Record<State, { icon: string; title: string; colour: Colour }> = {
  waiting: { icon: '🕓', title: 'Waiting for the payment', colour: 'grey' },
  rejected: { icon: '🔴', title: 'Paid, but no order', colour: 'red' },
  nothing_to_do: { icon: '⚪', title: 'Paid, nothing to provision', colour: 'grey' },
  paid: { icon: '🔵', title: 'Paid', colour: 'blue' },
  provisioning: { icon: '🟠', title: 'Provisioning', colour: 'amber' },
  retrying: { icon: '🟠', title: 'Provisioning, trying again', colour: 'amber' },
  paused: { icon: '⏸️', title: 'Paid, provisioning is paused', colour: 'blue' },
  failed: { icon: '🔴', title: 'Failed', colour: 'red' },
  installing: { icon: '🟠', title: 'Provisioned, installing', colour: 'amber' },
  install_failed: { icon: '🔴', title: 'Provisioned, install failed', colour: 'red' },
  ready: { icon: '🟢', title: 'Ready', colour: 'green' },
  closed: { icon: '⚫', title: 'Closed', colour: 'grey' },
};

/** The name of the server as it was bought, inert. */
export function serverName(p: Pick<Purchase, 'server_name' | 'plan_id' | 'id'>, most = 60): string {
  return inert(p.server_name ?? `${p.plan_id ?? 'unknown plan'} ${shortId(p.id)}`, most);
}

/** Plan, region and term in one line, each inert. */
export function whatWasBought(p: Purchase): string {
  const plan = typeof p.plan?.name === 'string' ? p.plan.name : p.plan_id;
  const parts = [plan, p.region, p.term].filter((part) => part !== null).map((part) => inert(part, 40));
  return parts.length === 0 ? 'unknown' : parts.join(' · ');
}

/** The buyer, as far as everybody in the channel may know. */
export function buyer(p: Pick<Purchase, 'email' | 'site_email' | 'erased_at'>, most = 60): string {
  if (p.erased_at !== null) return 'a buyer whose data was erased';
  const email = p.site_email ?? p.email;
  return email === null ? 'unknown buyer' : inert(maskEmail(email), most);
}

/** Money as people write it; null when Stripe named none. */
export function price(p: Pick<Purchase, 'amount_minor' | 'currency'>): string | null {
  if (p.amount_minor === null || p.currency === null) return null;
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency: p.currency.toUpperCase() });
    return format.format(p.amount_minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    // An invented currency code is shown as it came.
    return `${p.amount_minor} ${inert(p.currency, 8)}`;
  }
}

/** How long something lasted, as people say it. */
export function lasting(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return seconds === 1 ? 'a second' : `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`;
}
