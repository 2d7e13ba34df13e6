import type { Clock } from '../lib/clock.ts';
import { readPlan } from '../orders/plan.ts';
import type { Purchase, SiteOrder } from '../orders/purchase.ts';
import type { PanelClient } from '../panel/client.ts';
import type { Store } from '../store/store.ts';
import type { StripeClient } from '../stripe/client.ts';
import type { CheckoutSession } from '../stripe/schemas.ts';
import { type Ask, createAsk, fromPanel, fromStore, fromStripe } from './ask.ts';
import { type Facts, known, type Source, seen } from './facts.ts';
import type { Target } from './target.ts';

export type GatherDeps = {
  clock: Clock;
  /** How long one source may take, in milliseconds; two are asked one after the other. */
  timings: { lookMs: number };
  store: Pick<Store, 'lookup' | 'find' | 'evidence' | 'catalogue' | 'sameAs'>;
  stripe: Pick<
    StripeClient,
    'retrieveSession' | 'findSessions' | 'findSessionEvent' | 'listWebhookEndpoints'
  >;
  panel: Pick<
    PanelClient,
    'listNodes' | 'findEgg' | 'findServerByExternalId' | 'getServer' | 'findUserByExternalId'
  >;
  settings: Facts['settings'];
};

export type Gathered =
  | { kind: 'facts'; facts: Facts }
  | { kind: 'many'; purchases: string[]; sessions: CheckoutSession[] }
  | { kind: 'legacy'; order: SiteOrder }
  | { kind: 'nothing'; blind: string[] };

type About = Parameters<Store['evidence']>[0];
type Subject = { purchase: Source<Purchase | null>; session: Source<CheckoutSession | null> };

/** Finds what a target names, in our rows and at Stripe at once, and gathers all that the checks look at. Reads only; never throws. */
export async function gather(deps: GatherDeps, target: Target & { kind: 'target' }): Promise<Gathered> {
  const ask = createAsk(deps.clock, deps.timings.lookMs);
  const [rows, sessions] = await Promise.all([
    ask('the database', () => fromStore(lookUp(deps, target.text))),
    ask('Stripe', () => atStripe(deps, target)),
  ]);
  const found = seen(rows);
  const there = seen(sessions) ?? [];
  const ids = found?.purchases ?? [];
  if (ids.length > 1) return { kind: 'many', purchases: ids, sessions: [] };
  if (ids.length === 0 && found?.legacy) return { kind: 'legacy', order: found.legacy };
  if (ids.length === 0 && there.length > 1) return { kind: 'many', purchases: [], sessions: there };
  const purchase: Source<Purchase | null> = rows.kind === 'unknown' ? rows : known(found?.purchase ?? null);
  const session = there[0] ?? null;
  // A database that is away, or a key that may not ask, is a verdict of its own: it is mended before anybody searches on.
  const isBlind = rows.kind === 'unknown' || (sessions.kind === 'unknown' && sessions.key !== undefined);
  if (seen(purchase) === null && session === null && !isBlind) return nothing(rows, sessions);
  const asked: Source<CheckoutSession | null> = sessions.kind === 'unknown' ? sessions : known(session);
  return { kind: 'facts', facts: await rest(deps, ask, { purchase, session: asked }) };
}

/** What could not be asked is named: "nothing found" is said of what was searched alone. */
function nothing(...sources: Source<unknown>[]): Gathered {
  return {
    kind: 'nothing',
    blind: sources.flatMap((source) => (source.kind === 'unknown' ? [source.reason] : [])),
  };
}

async function lookUp(deps: GatherDeps, text: string) {
  const found = await deps.store.lookup(text);
  const [only] = found.purchases;
  if (found.purchases.length !== 1 || only === undefined) return { ...found, purchase: null };
  const view = await deps.store.find(only);
  return { ...found, purchase: view.status === 'found' ? view.purchase : null };
}

async function atStripe(
  deps: GatherDeps,
  { stripe: by }: Target & { kind: 'target' },
): Promise<Source<CheckoutSession[] | null>> {
  if (by === null) return known(null);
  if (!('session' in by)) return fromStripe(deps.stripe.findSessions(by));
  const one = await fromStripe(deps.stripe.retrieveSession(by.session));
  return one.kind === 'unknown' ? one : known(one.value === null ? [] : [one.value]);
}

async function rest(deps: GatherDeps, ask: Ask, subject: Subject): Promise<Facts> {
  const { store, stripe, settings } = deps;
  const p = seen(subject.purchase);
  const session = seen(subject.session);
  const sessionId = p?.session_id ?? session?.id ?? null;
  const at = session?.created ?? (p?.bought_at == null ? null : Math.floor(p.bought_at / 1000));
  const looking: Promise<Facts['event']> =
    sessionId === null || at === null
      ? Promise.resolve(known(null))
      : ask('Stripe', () => fromStripe(stripe.findSessionEvent({ id: sessionId, created: at })));
  const about = async (): Promise<About> => ({
    purchase: p?.id ?? null,
    // Without a purchase the event alone finds what became of it; a slow Stripe must not take our own rows with it.
    event: p
      ? null
      : (seen(
          await Promise.race([looking, deps.clock.sleep(deps.timings.lookMs / 2).then(() => known(null))]),
        )?.id ?? null),
    since: at === null ? null : new Date(at * 1000).toISOString(),
  });
  const [asked, event, endpoints, evidence, catalogue, ofPanel] = await Promise.all([
    session || sessionId === null
      ? subject.session
      : ask('Stripe', () => fromStripe(stripe.retrieveSession(sessionId))),
    looking,
    ask('Stripe', async () => notNull(await fromStripe(stripe.listWebhookEndpoints()))),
    ask('the database', async () => fromStore(store.evidence(await about()))),
    ask('the database', () => fromStore(store.catalogue())),
    atPanel(ask, deps, p),
  ]);
  const { purchase } = subject;
  const now = seen(evidence)?.now ?? deps.clock.now();
  return { now, session: asked, event, endpoints, purchase, evidence, catalogue, ...ofPanel, settings };
}

async function atPanel(ask: Ask, { panel, clock }: GatherDeps, p: Purchase | null) {
  const now = clock.now();
  const reading = p?.plan ? readPlan(p.plan) : null;
  const egg = reading?.kind === 'plan' ? reading.plan.egg : null;
  const [snapshot, ofEgg, server, owner] = await Promise.all([
    ask('the panel', async () => {
      const nodes = await fromPanel(panel.listNodes());
      return nodes.kind === 'known' ? known({ nodes: nodes.value, takenAtMs: now }) : nodes;
    }),
    egg === null ? known(null) : ask('the panel', () => fromPanel(panel.findEgg(egg))),
    ask('the panel', () => serverOf(panel, p)),
    p?.user_id == null
      ? known(null)
      : ask('the panel', () => fromPanel(panel.findUserByExternalId(p.user_id ?? ''))),
  ]);
  return { snapshot, egg: ofEgg, server, owner };
}

async function serverOf(panel: GatherDeps['panel'], p: Purchase | null) {
  if (p?.panel_server_id != null) return fromPanel(panel.getServer(p.panel_server_id));
  return p?.order_id == null ? known(null) : fromPanel(panel.findServerByExternalId(p.order_id));
}

function notNull<T>(source: Source<T[] | null>): Source<T[]> {
  return source.kind === 'unknown' ? source : known(source.value ?? []);
}
