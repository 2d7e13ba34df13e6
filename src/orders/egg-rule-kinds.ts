import { matchesPhpPattern } from './php-pattern.ts';

/** Allowed values and the like are named up to so many characters. */
const MAX_ARGUMENT = 100;

export type EggValue = {
  text: string;
  /** What `min`, `max`, `between` and `size` measure: the number, where a rule says that it is one, else the length. */
  size: number;
  isNumber: boolean;
};
/**
 * Holds a value that is not blank against one rule, e.g. `20` of `max:20`.
 *
 * @returns what the value must be, in words; null when it is that, or when nobody can tell.
 */
export type EggRule = (value: EggValue, argument: string) => string | null;

const unless = (isGood: boolean | null, problem: string) => (isGood === false ? problem : null);
const form =
  (pattern: RegExp, problem: string): EggRule =>
  ({ text }) =>
    unless(pattern.test(text), problem);

/** A number as PHP takes a text for one. */
export const NUMERIC = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const integer = form(/^[+-]?(0|[1-9]\d*)$/, 'must be a whole number');
const boolean = form(/^[01]$/, 'must be 0 or 1');

/** The number, or the two, of a rule, with what they ask for in words; null when the rule doesn't give them. */
function boundsOf(argument: string, words: string): { low: number; high: number; words: string } | null {
  const [low, high] = argument.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const last = words.includes('B') ? high : low;
  if (low === undefined || last === undefined || Number.isNaN(low) || Number.isNaN(last)) return null;
  return { low, high: last, words: words.replace('A', String(low)).replace('B', String(last)) };
}

const sized =
  (passes: (size: number, low: number, high: number) => boolean, words: string): EggRule =>
  ({ size, isNumber }, argument) => {
    const bounds = boundsOf(argument, words);
    if (bounds === null || passes(size, bounds.low, bounds.high)) return null;
    return isNumber ? `must be ${bounds.words}` : `must have ${bounds.words} characters`;
  };

const digits =
  (words: string): EggRule =>
  ({ text }, argument) => {
    const bounds = boundsOf(argument, words);
    if (bounds === null) return null;
    const isGood = /^\d+$/.test(text) && text.length >= bounds.low && text.length <= bounds.high;
    return unless(isGood, `must have ${bounds.words} digits`);
  };

const among =
  (isWanted: boolean): EggRule =>
  ({ text }, argument) => {
    const values = valuesOf(argument);
    const named = shorten(values.join(', '));
    return unless(values.includes(text) === isWanted, `must ${isWanted ? '' : 'not '}be one of ${named}`);
  };

const letters = (unicode: string, ascii: string, words: string): EggRule => {
  const [wide, narrow] = [new RegExp(`^[${unicode}]+$`, 'u'), new RegExp(`^[${ascii}]+$`)];
  return ({ text }, argument) =>
    unless((argument.trim() === 'ascii' ? narrow : wide).test(text), `must have ${words} only`);
};

/** The rules that eggs use and a value alone decides, by name in lower case. `required` and `nullable` are not among them. */
export const EGG_RULES: ReadonlyMap<string, EggRule> = new Map(
  Object.entries({
    numeric: form(NUMERIC, 'must be a number'),
    integer,
    int: integer,
    boolean,
    bool: boolean,
    min: sized((size, low) => size >= low, 'at least A'),
    max: sized((size, high) => size <= high, 'at most A'),
    size: sized((size, exact) => size === exact, 'exactly A'),
    between: sized((size, low, high) => size >= low && size <= high, 'between A and B'),
    digits: digits('exactly A'),
    digits_between: digits('between A and B'),
    in: among(true),
    not_in: among(false),
    alpha: letters('\\p{L}\\p{M}', 'a-zA-Z', 'letters'),
    alpha_num: letters('\\p{L}\\p{M}\\p{N}', 'a-zA-Z0-9', 'letters and digits'),
    alpha_dash: letters('\\p{L}\\p{M}\\p{N}_-', 'a-zA-Z0-9_-', 'letters, digits, dashes and underscores'),
    url: form(/^[a-z][a-z\d+.-]*:\/\/[^\s/?#]/i, 'must be a URL'),
    regex: ({ text }, pattern) => unless(matchesPhpPattern(pattern, text), `must match ${shorten(pattern)}`),
    not_regex: ({ text }, pattern) => {
      const matches = matchesPhpPattern(pattern, text);
      return unless(matches === null ? null : !matches, `must not match ${shorten(pattern)}`);
    },
  } satisfies Record<string, EggRule>),
);

/** The values of a list as CSV: `a,"b,c",d`. */
function valuesOf(argument: string): string[] {
  return [...`,${argument}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

function shorten(text: string): string {
  return text.length <= MAX_ARGUMENT ? text : `${text.slice(0, MAX_ARGUMENT - 1)}…`;
}
