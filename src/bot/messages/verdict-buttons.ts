import { type APIButtonComponent, ButtonStyle } from 'discord.js';
import type { Purchase } from '../../orders/purchase.ts';
import { stateOf } from '../../orders/state.ts';
import type { Diagnosis } from '../../runbook/diagnose.ts';
import { type Facts, seen } from '../../runbook/facts.ts';
import { type ButtonAction, customId } from './custom-id.ts';
import { dashboardPage } from './dashboard-page.ts';
import { type Links, linkButtons } from './links.ts';
import { buttons, linkButton, pressButton } from './parts.ts';
import { rejectedButtons } from './rejected-buttons.ts';

/** A button's id has room for so much. */
const MOST_ID = 80;
const MARK = 'inspect';

/** The verdict's one action first, as a button named after it; what else a rejected purchase may need; then the pages to look at. */
export function verdictButtons(diagnosis: Diagnosis, facts: Facts, links: Links) {
  const p = seen(facts.purchase);
  const pages = [
    ...dashboardPage(diagnosis, facts, links),
    ...(p ? linkButtons(p, links) : sessionPage(facts)),
  ];
  const urls = new Set<string>();
  const once = pages.filter((page) => {
    const url = 'url' in page ? page.url : '';
    return !urls.has(url) && urls.add(url);
  });
  return buttons([...actionButtons(diagnosis, facts, p), ...once]);
}

function actionButtons({ action }: Diagnosis, facts: Facts, p: Purchase | null): APIButtonComponent[] {
  if (action === 'backfill') {
    const id = seen(facts.session)?.id ?? '';
    const fits = id !== '' && id.length <= MOST_ID;
    return fits ? [pressButton('Fetch it now', customId('backfill', id, MARK), ButtonStyle.Primary)] : [];
  }
  if (p === null) return [];
  // Of these the verdict's action is the first.
  if (stateOf(p) === 'rejected' && (action === 'retry' || action === 'complete'))
    return rejectedButtons(p, MARK);
  if (action === 'none') return [];
  const [label, press, style] = ACTIONS[action];
  return [pressButton(label, customId(press, p.id, MARK), style)];
}

type Style = ButtonStyle.Primary | ButtonStyle.Danger;
const ACTIONS: Record<
  Exclude<Diagnosis['action'], 'none' | 'backfill'>,
  readonly [string, ButtonAction, Style]
> = {
  retry: ['Retry', 'retry', ButtonStyle.Primary],
  complete: ['Complete …', 'complete', ButtonStyle.Primary],
  reinstall: ['Reinstall …', 'reinstall', ButtonStyle.Danger],
  link: ['Link …', 'linkto', ButtonStyle.Primary],
  close: ['Close …', 'close', ButtonStyle.Danger],
};

/** The session in Stripe, when there is no purchase whose pages could be shown. */
function sessionPage(facts: Facts): APIButtonComponent[] {
  const session = seen(facts.session);
  if (!session) return [];
  const mode = session.livemode ? '' : 'test/';
  return [linkButton('Stripe', `https://dashboard.stripe.com/${mode}search?query=${session.id}`)];
}
