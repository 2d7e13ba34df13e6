import type { FieldError } from './errors.ts';
import { plainRules, ruleMessage, sizeOf } from './rule-kinds.ts';

/** A Laravel rule by name (`max:20`), or one that needs the tables. */
export type Rule = string | { name: string; passes: (value: unknown) => boolean };
export type RuleSet = Record<string, Rule[]>;

export type Labels = Record<string, string>;

/** Whether the value counts as absent for `required`: null, blank, an empty list or an empty object. */
export function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return value.trim() === '';
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** The value at a dotted path; undefined when it is not there. */
export function valueAt(body: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, key) => (isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined), body);
}

/** Lists count too: PHP knows only one kind of array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * Every failing field in the order of the rules, as Laravel's validator reports them.
 *
 * @param rules dotted field names; `*` stands for each entry of a list.
 * @param labels what a field is called in the messages, where that is not its name.
 */
export function validate(body: unknown, rules: RuleSet, labels: Labels = {}): FieldError[] {
  return Object.entries(rules).flatMap(([pattern, list]) =>
    expand(body, pattern).flatMap((field) => {
      const label = labels[field] ?? labels[pattern] ?? field.replaceAll('_', ' ');
      return failuresOf(body, field, list).map((rule) => ({
        field,
        rule: ruleName(rule),
        detail: ruleMessage(rule, label, valueAt(body, field), isNumber(list)),
      }));
    }),
  );
}

function expand(body: unknown, pattern: string): string[] {
  const [list, rest] = pattern.split('.*');
  if (rest === undefined || list === undefined) return [pattern];
  const entries = valueAt(body, list);
  return isRecord(entries) ? Object.keys(entries).map((key) => `${list}.${key}`) : [];
}

function failuresOf(body: unknown, field: string, rules: Rule[]): string[] {
  const value = valueAt(body, field);
  if (value === undefined && rules.includes('sometimes')) return [];
  const failures: string[] = [];
  for (const rule of rules) {
    const text = typeof rule === 'string' ? rule : rule.name;
    if (passes(body, value, rule, rules, failures)) continue;
    failures.push(text);
    if (isImplicit(text) || rules.includes('bail')) break;
  }
  return failures;
}

function passes(body: unknown, value: unknown, rule: Rule, all: Rule[], failures: string[]): boolean {
  if (typeof rule === 'string') {
    if (rule === 'sometimes' || rule === 'nullable' || rule === 'bail') return true;
    if (isImplicit(rule)) return passesPresence(body, value, rule);
  }
  if (value === undefined || (typeof value === 'string' && value.trim() === '')) return true;
  if (value === null && all.includes('nullable')) return true;
  if (typeof rule !== 'string') return failures.length > 0 || rule.passes(value);
  const [name, argument] = splitRule(rule);
  const check = plainRules[name];
  if (!check) throw new Error(`the simulated panel does not know the rule "${name}"`);
  return check(value, argument, sizeOf(value, isNumber(all)));
}

function passesPresence(body: unknown, value: unknown, rule: string): boolean {
  const [name, other] = splitRule(rule);
  if (name === 'present') return value !== undefined;
  if (name === 'required_with' && isBlank(valueAt(body, other))) return true;
  if (name === 'required_without' && !isBlank(valueAt(body, other))) return true;
  return !isBlank(value);
}

function isImplicit(rule: string): boolean {
  return /^(required|present)/.test(rule);
}

/** Sizes are compared as numbers only where a rule says that the value is one. */
function isNumber(rules: Rule[]): boolean {
  return rules.includes('numeric') || rules.includes('integer');
}

function splitRule(rule: string): [name: string, argument: string] {
  const at = rule.indexOf(':');
  return at < 0 ? [rule, ''] : [rule.slice(0, at), rule.slice(at + 1)];
}

function ruleName(rule: string): string {
  return splitRule(rule)[0];
}
