import { z } from 'zod';

const claimed = z.looseObject({ status: z.literal('claimed'), token: z.number() });
const claim = z.looseObject({ id: z.string(), holder: z.string() });
const taken = z.looseObject({ status: z.literal('ok') });
const intent = z.looseObject({ id: z.string(), step: z.literal('create_sent') });
const write = z.looseObject({ id: z.string(), token: z.number() });

/** Knows from the answers of the database who holds which purchase. */
export type Fencing = {
  /** @param askedAtMs when the function was called. */
  watch(name: string, input: object, answer: unknown, askedAtMs: number): void;
  /** Who claimed the purchase last. */
  holderOf(purchaseId: string): string | null;
  /** When the last create of the purchase was decided. */
  decidedAtMs(purchaseId: string): number | null;
};

/**
 * Watches for a write that was taken although a later claim has given the purchase to another: a worker that was thought
 * dead would undo what its successor does.
 */
export function createFencing(refuse: (line: string) => void): Fencing {
  const newest = new Map<string, { token: number; holder: string }>();
  const decided = new Map<string, number>();
  return {
    decidedAtMs: (purchaseId) => decided.get(purchaseId) ?? null,
    holderOf: (purchaseId) => newest.get(purchaseId)?.holder ?? null,
    watch: (name, input, answer, askedAtMs) => {
      const given = claimed.safeParse(answer);
      const by = claim.safeParse(input);
      if (given.success && by.success) {
        const { token } = given.data;
        if (token > (newest.get(by.data.id)?.token ?? 0))
          newest.set(by.data.id, { token, holder: by.data.holder });
      }
      const written = write.safeParse(input);
      if (!written.success || !taken.safeParse(answer).success) return;
      const { id, token } = written.data;
      if (intent.safeParse(input).success) decided.set(id, askedAtMs);
      if (token < (newest.get(id)?.token ?? 0))
        refuse(`${name} of ${id} was taken with the lease of an earlier worker`);
    },
  };
}
