/** How far back a search looks, in hours, by what is typed. */
export const SPANS = { '24h': 24, '7d': 168, '30d': 720, '90d': 2160 } as const;
export type Span = keyof typeof SPANS;

/** What is searched: incidents, or the failed attempts behind them. */
export type SearchOf = 'incidents' | 'attempts';

/** One page of a search. `after`: the last row of the page before; `before`: the first of the page after. */
export type IncidentQuery = {
  of: SearchOf;
  span: Span;
  code: string | null;
  /** A name, or the number on the panel. */
  node: string | null;
  plan: string | null;
  text: string | null;
  after: number | null;
  before: number | null;
};

export type ReadQuery = { kind: 'query'; query: IncidentQuery } | { kind: 'refused'; reason: string };

const MOST = { code: 60, node: 100, plan: 200, text: 60 };
const LEAST_TEXT = 2;

/**
 * Reads what a person or a script typed; what is empty is not asked for. A text is found as it stands, so that a wildcard alone would find
 * only itself: it is refused rather than answered with nothing.
 */
export function readIncidentQuery(typed: Record<string, string | undefined>): ReadQuery {
  const of = typed.show ?? 'incidents';
  if (of !== 'incidents' && of !== 'attempts') return refused('`show` is incidents or attempts');
  const span = typed.since?.trim() || '30d';
  if (!isSpan(span)) return refused(`\`since\` is one of ${Object.keys(SPANS).join(', ')}`);
  const [code, node, plan, text] = [typed.code, typed.node, typed.plan, typed.text].map(
    (one) => one?.trim() || null,
  );
  for (const [name, value] of Object.entries({ code, node, plan, text })) {
    const most = MOST[name as keyof typeof MOST];
    if (value && value.length > most)
      return refused(`\`${name}\` takes at most ${most} characters; this has ${value.length}`);
    if (value && /^[*%_?\s]+$/.test(value))
      return refused(`\`${name}\` takes no wildcards: leave it out to find everything`);
  }
  if (code && !/^[a-z_]+$/.test(code))
    return refused('a `code` looks like `panel_unreachable`: pick one that is proposed');
  if (text && text.length < LEAST_TEXT) return refused(`\`text\` takes at least ${LEAST_TEXT} characters`);
  const named = { code: code ?? null, node: node ?? null, plan: plan ?? null, text: text ?? null };
  return { kind: 'query', query: { of, span, ...named, after: null, before: null } };
}

const refused = (reason: string): ReadQuery => ({ kind: 'refused', reason });
const isSpan = (text: string): text is Span => Object.hasOwn(SPANS, text);
