import { badRequest } from './answers.ts';
import { allowOnly, type Query } from './query.ts';
import type { StripeObject } from './state.ts';

export type StripeList = { object: 'list'; data: StripeObject[]; has_more: boolean; url: string };

const PAGING = ['limit', 'starting_after', 'ending_before', 'expand'];

/**
 * A page of a list, newest first, by Stripe's cursors: https://docs.stripe.com/api/pagination
 *
 * @param matching every object that the filters let through, oldest first.
 * @param filters the names of the filters that this list knows.
 */
export function listPage(
  url: string,
  matching: StripeObject[],
  query: Query,
  filters: readonly string[],
): StripeList {
  allowOnly(query, [...PAGING, ...filters]);
  const limit = Number(query.one('limit') ?? 10);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw badRequest('parameter_invalid_integer', 'Limit must be between 1 and 100.');
  const newestFirst = [...matching].reverse().sort((a, b) => Number(b.created) - Number(a.created));
  const after = query.one('starting_after');
  const before = query.one('ending_before');
  if (before !== undefined) {
    const end = placeOf(newestFirst, before);
    const start = Math.max(0, end - limit);
    return { object: 'list', data: newestFirst.slice(start, end), has_more: start > 0, url };
  }
  const start = after === undefined ? 0 : placeOf(newestFirst, after) + 1;
  const end = start + limit;
  return { object: 'list', data: newestFirst.slice(start, end), has_more: end < newestFirst.length, url };
}

function placeOf(list: StripeObject[], id: string): number {
  const place = list.findIndex((element) => element.id === id);
  if (place < 0) throw badRequest('resource_missing', `No such object in this list: '${id}'`);
  return place;
}
