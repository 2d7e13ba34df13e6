import type { ListFilter, ListQuery } from '../../store/store.ts';

const PATTERN = /^orders:(recent|failed|stuck|paused):(<?)([^:<]{1,60}):([^:]{1,60})$/;

/** Discord's own limit for any `custom_id`. */
const MOST = 100;

/** The select menu that opens one purchase of a list; its values are purchases. */
export const OPEN_ID = 'open:order';

/**
 * Which page of which list a button shows: all in its id, so that it works after any restart (P7). A step back has a `<` before the
 * purchase that it goes back from.
 *
 * @returns null when it is too long for Discord, which only ids of a site that are no UUIDs can make it.
 */
export function listId({ filter, after, before, customer }: ListQuery): string | null {
  const place = before === null ? (after ?? '-') : `<${before}`;
  const id = `orders:${filter}:${place}:${customer ?? '-'}`;
  return id.length <= MOST && PATTERN.test(id) ? id : null;
}

/** @returns null for an id that is no list's. */
export function readListId(id: string): ListQuery | null {
  const [, filter, back, place, customer] = PATTERN.exec(id) ?? [];
  if (filter === undefined) return null;
  const where = { after: back ? null : none(place), before: back ? none(place) : null };
  return { filter: filter as ListFilter, ...where, customer: none(customer) };
}

const none = (part: string | undefined) => (part === undefined || part === '-' ? null : part);
