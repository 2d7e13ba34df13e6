import { EGG_RULES, NUMERIC } from './egg-rule-kinds.ts';

const NUMBER_RULES = new Set(['numeric', 'integer', 'int', 'decimal']);
const SIZE_RULES = new Set(['min', 'max', 'between', 'size']);

/**
 * What an egg's rules have against the value of a variable, in words and without the value: "must be a whole number". Rules
 * that are not known here pass, so an empty list is no promise.
 *
 * @param value as it would be sent; the panel trims it.
 * @param rules a Laravel rule string such as `required|string|max:20`.
 */
export function checkEggRules(value: string, rules: string): string[] {
  const list = splitRules(rules);
  const text = value.trim();
  if (text === '') return list.some(({ name }) => name === 'required') ? ['is required'] : [];
  const isNumber = list.some(({ name }) => NUMBER_RULES.has(name));
  const size = isNumber && NUMERIC.test(text) ? Number(text) : [...text].length;
  const checks = isNumber && !NUMERIC.test(text) ? list.filter(({ name }) => !SIZE_RULES.has(name)) : list;
  const problems = checks.map(({ name, argument }) =>
    EGG_RULES.get(name)?.({ text, size, isNumber }, argument),
  );
  return [...new Set(problems.filter((problem) => typeof problem === 'string'))];
}

type Rule = { name: string; argument: string };

/** A whole pattern, which may hold the sign that separates rules: `regex:/^(a|b)$/i`. */
const PATTERN_RULE = /^\s*(?:not_)?regex:([^\w\s\\])(?:\\.|(?!\1)[^\\])*\1[a-zA-Z]*(?=\||$)/is;

function splitRules(rules: string): Rule[] {
  const found: Rule[] = [];
  for (let rest = rules; rest !== ''; ) {
    const one = PATTERN_RULE.exec(rest)?.[0] ?? rest.split('|', 1)[0] ?? '';
    const at = one.indexOf(':');
    const name = (at < 0 ? one : one.slice(0, at)).trim().toLowerCase();
    if (name !== '') found.push({ name, argument: at < 0 ? '' : one.slice(at + 1) });
    rest = rest.slice(one.length + 1);
  }
  return found;
}
