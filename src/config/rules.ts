import { z } from 'zod';
import { ROLES, type Role } from '../lib/roles.ts';

/** What a setting may be. Each rule says what is wrong and never repeats the value. */
export const present = z.string({ error: 'is missing' });

export const httpUrl = present
  .pipe(z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }))
  .transform((url) => url.replace(/\/+$/, ''));

/** As it is, and no name in it: `fetch` refuses such an address, and its error quotes it. */
export const secretUrl = present
  .pipe(z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }))
  .refine(
    (url) => !/^https?:\/\/[^/?#]*@/i.test(url),
    'must not have a user name or password before the host',
  );

export const redisUrl = present.pipe(
  z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// address' }),
);

export const snowflake = present.regex(/^\d{17,20}$/, 'must be a Discord id: 17 to 20 digits');

export const snowflakes = present
  .transform(split)
  .pipe(
    z
      .array(z.string().regex(/^\d{17,20}$/, 'must be Discord ids with commas between them'))
      .max(10, 'must be at most ten Discord ids'),
  );

const ROLE_WORDS = `must name roles of ${ROLES.join(', ')} with commas between them`;
/** In the order of `ROLES`, each once. */
export const roles = present
  .transform((value) => split(value.toLowerCase()))
  .pipe(z.array(z.enum(ROLES, { error: ROLE_WORDS })).min(1, ROLE_WORDS))
  .transform((named): Role[] => ROLES.filter((role) => named.includes(role)));

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T, words: string) =>
  present.pipe(z.enum(values, { error: `must be ${words}` }));

export const starting = (prefixes: string[], what: string) =>
  present.refine((value) => prefixes.some((prefix) => value.startsWith(prefix)), `must be ${what}`);

export const count = (low: number, high: number) =>
  present
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(low, `must be at least ${low}`).max(high, `must be at most ${high}`));

function split(value: string): string[] {
  return value.split(/[\s,]+/).filter((part) => part !== '');
}
