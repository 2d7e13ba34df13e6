import type { APIButtonComponent } from 'discord.js';
import type { FailureCode } from '../../orders/failures.ts';
import { ownEndpoints } from '../../reconcile/sender-findings.ts';
import type { Diagnosis } from '../../runbook/diagnose.ts';
import { type Facts, seen } from '../../runbook/facts.ts';
import type { Links } from './links.ts';
import { linkButton } from './parts.ts';

type Page = 'endpoint' | 'endpoints' | 'event' | 'keys' | PanelPage;
type PanelPage = 'panel_keys' | 'panel_settings' | 'nodes' | 'node' | 'egg' | 'nests' | 'users' | 'server';

/** Where a cause is mended, when that is not in Orderly. */
const PAGES: Partial<Record<FailureCode, Page>> = {
  endpoint_missing: 'endpoints',
  endpoint_disabled: 'endpoint',
  endpoint_url_changed: 'endpoint',
  endpoint_events: 'endpoint',
  endpoint_twice: 'endpoints',
  endpoint_version: 'endpoint',
  secret_wrong: 'endpoint',
  secret_of_other_mode: 'endpoints',
  signatures_failing: 'endpoint',
  thin_events: 'endpoint',
  wrong_mode: 'endpoints',
  not_delivered: 'event',
  orderly_down: 'event',
  not_stored: 'event',
  event_refused: 'event',
  stripe_key: 'keys',
  stripe_key_lacks: 'keys',
  session_missing: 'keys',
  panel_key_refused: 'panel_keys',
  panel_key_forbidden: 'panel_keys',
  panel_two_factor: 'panel_settings',
  node_unreachable: 'node',
  node_asked_unusable: 'node',
  no_capacity: 'nodes',
  no_nodes: 'nodes',
  egg_missing: 'nests',
  variable_refused: 'egg',
  image_refused: 'egg',
  user_refused: 'users',
  user_conflict: 'users',
  server_mismatch: 'server',
};

/** The page of Stripe or the panel on which the verdict's cause is looked at or mended; none where there is no such page. */
export function dashboardPage({ cause, lines }: Diagnosis, facts: Facts, links: Links): APIButtonComponent[] {
  const page = cause === null ? undefined : PAGES[cause];
  const evidence = lines.find(({ mark }) => mark === 'bad')?.evidence ?? '';
  switch (page) {
    case undefined:
      return [];
    case 'endpoint':
    case 'endpoints':
      return [linkButton('Webhooks', stripePage(facts, endpointPath(page, evidence, facts)))];
    case 'event': {
      const id = seen(facts.event)?.id ?? seen(facts.evidence)?.events[0]?.id ?? '';
      // Our own names for what we asked about are none of Stripe's.
      return /^evt_\w+$/.test(id) ? [linkButton('Event', stripePage(facts, `events/${id}`))] : [];
    }
    case 'keys':
      return [linkButton('API keys', stripePage(facts, 'apikeys'))];
    default: {
      const { label, path } = panelPage(page, facts);
      return [linkButton(label, `${links.panelUrl}/admin/${path}`)];
    }
  }
}

function stripePage(facts: Facts, path: string): string {
  const livemode = seen(facts.session)?.livemode ?? seen(facts.purchase)?.livemode ?? facts.settings.livemode;
  return `https://dashboard.stripe.com/${livemode ? '' : 'test/'}${path}`;
}

/** The endpoint itself where the evidence or its URL tells which it is, else all of them. */
function endpointPath(page: 'endpoint' | 'endpoints', evidence: string, facts: Facts): string {
  if (page === 'endpoints') return 'webhooks';
  const own = ownEndpoints(seen(facts.endpoints) ?? [], facts.settings.publicUrl);
  const id = /\bwe_\w{1,60}/.exec(evidence)?.[0] ?? (own.length === 1 ? own[0]?.id : undefined);
  return id === undefined ? 'webhooks' : `webhooks/${id}`;
}

function panelPage(page: PanelPage, facts: Facts): { label: string; path: string } {
  const p = seen(facts.purchase);
  const node = p?.panel_node_id ?? p?.node_asked ?? null;
  const egg = Number(p?.plan?.egg);
  const server = seen(facts.server)?.id ?? p?.panel_server_id ?? null;
  switch (page) {
    case 'panel_keys':
      return { label: 'Panel keys', path: 'api' };
    case 'panel_settings':
      return { label: 'Panel settings', path: 'settings' };
    case 'nodes':
      return { label: 'Nodes', path: 'nodes' };
    case 'node':
      return node === null
        ? { label: 'Nodes', path: 'nodes' }
        : { label: 'Node', path: `nodes/view/${node}` };
    case 'egg':
      return Number.isSafeInteger(egg) && egg > 0
        ? { label: 'Egg', path: `nests/egg/${egg}` }
        : { label: 'Eggs', path: 'nests' };
    case 'nests':
      return { label: 'Eggs', path: 'nests' };
    case 'users':
      return { label: 'Panel users', path: 'users' };
    case 'server':
      return server === null
        ? { label: 'Servers', path: 'servers' }
        : { label: 'Panel', path: `servers/view/${server}` };
  }
}
