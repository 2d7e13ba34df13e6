import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether `Authorization: Bearer …` has one of the tokens. Compared as hashes, so that neither time nor length tells anything of them. */
export function hasToken(header: string | undefined, tokens: string[]): boolean {
  const given = /^Bearer\s+(\S+)\s*$/i.exec(header ?? '')?.[1];
  if (given === undefined) return false;
  const hash = (text: string) => createHash('sha256').update(text).digest();
  const wanted = hash(given);
  return tokens.map((token) => timingSafeEqual(hash(token), wanted)).includes(true);
}
