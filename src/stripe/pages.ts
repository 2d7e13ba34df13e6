import { z } from 'zod';
import { askStripe, type StripeFault } from './result.ts';

/** One page of a list, newest first. */
export type StripePage<T> = {
  kind: 'page';
  values: T[];
  /** Ids of elements that are not as this version describes them; they are skipped, not fatal. */
  unreadable: string[];
  /** True on the last page when the cap ended the listing and Stripe has older elements still. */
  capped: boolean;
};

/** Pages until Stripe has no more or the cap is reached; a fault is the last thing to come. */
export type StripePages<T> = AsyncGenerator<StripePage<T> | StripeFault, void, undefined>;

export type PageRequest = { limit: number; starting_after?: string };

// Stripe's own maximum.
const PAGE_SIZE = 100;

const page = z.object({ data: z.array(z.unknown()), has_more: z.boolean() });
const identified = z.object({ id: z.string() });

/**
 * Walks a list of Stripe's by cursor.
 *
 * @param what names the list in a fault's message.
 * @param read an element's value, or null when it is not as expected.
 * @param maxPages the cap, in pages of 100.
 */
export async function* listPages<T>(
  what: string,
  fetchPage: (request: PageRequest) => Promise<unknown>,
  read: (element: unknown) => T | null,
  maxPages: number,
): StripePages<T> {
  let cursor: string | undefined;
  for (let pageNumber = 1; pageNumber <= maxPages; pageNumber += 1) {
    const request = { limit: PAGE_SIZE, ...(cursor === undefined ? {} : { starting_after: cursor }) };
    const answer = await askStripe(what, page, () => fetchPage(request));
    // A list is never missing; if its cursor has vanished, what follows cannot be listed.
    if (answer.kind === 'missing') return yield vanished(what);
    if (answer.kind === 'fault') return yield answer;
    const { data, has_more } = answer.value;
    cursor = idOf(data.at(-1));
    const isLast = !has_more || cursor === undefined;
    yield { kind: 'page', ...readAll(data, read), capped: !isLast && pageNumber === maxPages };
    if (isLast) return;
  }
}

function readAll<T>(elements: unknown[], read: (element: unknown) => T | null) {
  const values: T[] = [];
  const unreadable: string[] = [];
  for (const element of elements) {
    const value = read(element);
    if (value === null) unreadable.push(idOf(element) ?? '(no id)');
    else values.push(value);
  }
  return { values, unreadable };
}

function idOf(element: unknown): string | undefined {
  return identified.safeParse(element).data?.id;
}

function vanished(what: string): StripeFault {
  return { kind: 'fault', reason: 'unexpected_shape', message: `Stripe lost the place in ${what}` };
}
