import { type IncidentQuery, SPANS, type Span } from '../../orders/incident-search.ts';

const PATTERN = new RegExp(
  `^inc:([ia]):(${Object.keys(SPANS).join('|')}):([a-z_]*):([^:]*):(<?)(\\d{0,18}):([^:]*):(.*)$`,
  's',
);

/** Discord's own limit for any `custom_id`. */
const MOST = 100;

/** The select menu that opens one incident of a search; its values are incidents. */
export const OPEN_INCIDENT_ID = 'open:incident';

/**
 * Which page of which search a button shows: all in its id, so that it works after any restart (P7). What was typed comes last, as it is.
 *
 * @returns null when it is too long for Discord.
 */
export function searchId({ of, span, code, node, plan, text, after, before }: IncidentQuery): string | null {
  const place = before === null ? (after ?? '') : `<${before}`;
  const named = [code ?? '', encoded(node), place, encoded(plan), text ?? ''].join(':');
  const id = `inc:${of === 'incidents' ? 'i' : 'a'}:${span}:${named}`;
  return id.length <= MOST && PATTERN.test(id) ? id : null;
}

/** @returns null for an id that is no search's. */
export function readSearchId(id: string): IncidentQuery | null {
  const [, of, span, code, node, back, place, plan, text] = PATTERN.exec(id) ?? [];
  if (of === undefined) return null;
  const row = place ? Number(place) : null;
  return {
    of: of === 'i' ? 'incidents' : 'attempts',
    span: span as Span,
    code: code || null,
    node: decoded(node),
    plan: decoded(plan),
    text: text || null,
    after: back ? null : row,
    before: back ? row : null,
  };
}

const encoded = (part: string | null) => encodeURIComponent((part ?? '').toWellFormed());

/** A button of another version's, or of nobody's, may hold anything. */
function decoded(part: string | undefined): string | null {
  try {
    return decodeURIComponent(part ?? '') || null;
  } catch {
    return null;
  }
}
