import { z } from 'zod';

const claimed = z.looseObject({ status: z.literal('claimed'), token: z.number() });
const taken = z.looseObject({ status: z.literal('ok') });
const target = z.looseObject({ id: z.string() });
const write = z.looseObject({ id: z.string(), token: z.number() });

/**
 * Watches the answers of the database for a write that was taken although a later claim has given the purchase to another:
 * a worker that was thought dead would undo what its successor does.
 */
export function createFencing(refuse: (line: string) => void) {
  const newest = new Map<string, number>();
  return (name: string, input: object, answer: unknown): void => {
    const claim = claimed.safeParse(answer);
    const of = target.safeParse(input);
    if (claim.success && of.success) {
      newest.set(of.data.id, Math.max(newest.get(of.data.id) ?? 0, claim.data.token));
    }
    const written = write.safeParse(input);
    if (!written.success || !taken.safeParse(answer).success) return;
    const { id, token } = written.data;
    if (token < (newest.get(id) ?? 0))
      refuse(`${name} of ${id} was taken with the lease of an earlier worker`);
  };
}
