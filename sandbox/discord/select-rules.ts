/** The rules for select menus and text inputs: what Discord refuses when it is sent, and what a person cannot choose. */
import { Component, type RawComponent } from './component-schema.ts';
import type { FormIssue, FormPath } from './form.ts';
import type { Guild } from './guild.ts';

/** What the ids of each kind of menu may name. */
const TARGETS: Record<number, readonly string[]> = {
  [Component.UserSelect]: ['user'],
  [Component.RoleSelect]: ['role'],
  [Component.MentionableSelect]: ['user', 'role'],
  [Component.ChannelSelect]: ['channel'],
};

/** What is wrong with a select menu beside its missing fields. */
export function checkSelect(select: RawComponent, path: FormPath): FormIssue[] {
  const { options, default_values: defaults, min_values: min = 1, max_values: max = 1 } = select;
  const issues: FormIssue[] = [];
  if (min > max)
    issues.push(wrong([...path, 'min_values'], 'min_values must not be greater than max_values'));
  if (select.type === Component.StringSelect) issues.push(...checkOptions(options ?? [], max, path));
  if (defaults && (defaults.length < min || defaults.length > max)) {
    const message = `Must be between ${min} and ${max} in length.`;
    issues.push({ path: [...path, 'default_values'], code: 'BASE_TYPE_BAD_LENGTH', message });
  }
  const targets = TARGETS[select.type] ?? [];
  for (const [index, { type }] of (defaults ?? []).entries()) {
    if (targets.includes(type)) continue;
    const message = `Value must be one of {${targets.join(', ')}}.`;
    issues.push({ path: [...path, 'default_values', index, 'type'], code: 'BASE_TYPE_CHOICES', message });
  }
  return issues;
}

function checkOptions(
  options: NonNullable<RawComponent['options']>,
  max: number,
  path: FormPath,
): FormIssue[] {
  const at: FormPath = [...path, 'options'];
  const issues: FormIssue[] = [];
  if (options.length < 1) {
    issues.push({ path: at, code: 'BASE_TYPE_BAD_LENGTH', message: 'Must be between 1 and 25 in length.' });
  }
  for (const [index, { value }] of options.entries()) {
    if (options.findIndex((other) => other.value === value) === index) continue;
    const message = 'The specified option value is already used';
    issues.push({ path: [...at, index, 'value'], code: 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED', message });
  }
  if (options.filter((one) => one.default).length > max) {
    const message = 'Number of default options exceeds max_values';
    issues.push({ path: at, code: 'SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES', message });
  }
  return issues;
}

const wrong = (path: FormPath, message: string): FormIssue => ({ path, code: 'BASE_TYPE_INVALID', message });

/** Throws what a person's Discord app would not let them choose: too many, too few, or what the menu does not list. */
export function checkChosen(guild: Guild, select: RawComponent, values: readonly string[]): void {
  const { custom_id: id = '', min_values: min = 1, max_values: max = 1 } = select;
  const strange = values.find((value) => !isListed(guild, select, value));
  if (strange !== undefined) throw new Error(`the menu ${id} has no option ${strange}`);
  if (new Set(values).size !== values.length) throw new Error(`the menu ${id} takes each choice once`);
  if (values.length < min || values.length > max) {
    throw new Error(`the menu ${id} takes ${min === max ? min : `${min} to ${max}`}, not ${values.length}`);
  }
}

function isListed(guild: Guild, select: RawComponent, value: string): boolean {
  if (select.options) return select.options.some((option) => option.value === value);
  return (TARGETS[select.type] ?? []).some((target) => {
    if (target === 'user') return guild.people.has(value);
    if (target === 'role') return guild.roles.has(value);
    const channel = guild.channels.get(value);
    return channel !== undefined && (select.channel_types?.includes(channel.type) ?? true);
  });
}

/** What a menu starts with, for a person who opens it and changes nothing. */
export function preselected({ options, default_values: defaults }: RawComponent): string[] {
  if (options) return options.filter((option) => option.default).map(({ value }) => value);
  return (defaults ?? []).map(({ id }) => id);
}
