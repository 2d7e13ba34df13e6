import { badRequest } from './answers.ts';

/** A request's parameters by name, lists without their index: `expand[0]` and `expand[]` are both `expand`. */
export type Query = {
  one(name: string): string | undefined;
  all(name: string): string[];
  names(): string[];
};

export function readQuery(search: URLSearchParams): Query {
  const values = new Map<string, string[]>();
  for (const [key, value] of search) {
    const name = key.replace(/\[\d*\]$/, '');
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return {
    one: (name) => values.get(name)?.at(-1),
    all: (name) => values.get(name) ?? [],
    names: () => [...values.keys()],
  };
}

/** Stripe refuses what it does not know, so a filter that does not exist is noticed here too. */
export function allowOnly(query: Query, allowed: readonly string[]): void {
  const unknown = query.names().find((name) => !allowed.includes(name));
  if (unknown !== undefined) throw badRequest('parameter_unknown', `Received unknown parameter: ${unknown}`);
}

export const CREATED = ['created', 'created[gte]', 'created[gt]', 'created[lte]', 'created[lt]'];

/** Whether a time (seconds) is in the range that `created` asks for. */
export function isInRange(query: Query, created: number): boolean {
  const bound = (name: string, missing: number) => Number(query.one(name) ?? missing);
  return (
    created >= bound('created[gte]', 0) &&
    created > bound('created[gt]', -1) &&
    created <= bound('created[lte]', Number.POSITIVE_INFINITY) &&
    created < bound('created[lt]', Number.POSITIVE_INFINITY) &&
    created === bound('created', created)
  );
}
