type Check = (value: unknown, argument: string, size: number) => boolean;

/** What a rule measures: a number's value, a text's length, a list's count. */
export function sizeOf(value: unknown, isNumber: boolean): number {
  if (isNumber && isNumeric(value)) return Number(value);
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  return [...String(value ?? '')].length;
}

function isNumeric(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
}

function isInteger(value: unknown): boolean {
  return isNumeric(value) && Number.isInteger(Number(value));
}

function bounds(argument: string): [number, number] {
  const [low, high] = argument.split(',').map(Number);
  return [low ?? 0, high ?? Number.POSITIVE_INFINITY];
}

const isWithin = (size: number, argument: string) => {
  const [low, high] = bounds(argument);
  return size >= low && size <= high;
};

/** `/^a+$/i` as PHP writes a pattern: delimiter, pattern, delimiter, flags. */
function phpPattern(text: string): RegExp {
  const end = text.lastIndexOf(text.charAt(0));
  return new RegExp(text.slice(1, end), text.slice(end + 1).replace(/[^imsu]/g, ''));
}

const matches =
  (pattern: RegExp): Check =>
  (value) =>
    (typeof value === 'string' || typeof value === 'number') && pattern.test(String(value));

/** The rules of Laravel that eggs and the panel's own requests use, by name. */
export const plainRules: Record<string, Check> = {
  string: (value) => typeof value === 'string',
  array: (value) => typeof value === 'object' && value !== null,
  numeric: isNumeric,
  integer: isInteger,
  boolean: (value) => [true, false, 0, 1, '0', '1'].some((allowed) => allowed === value),
  min: (_value, argument, size) => size >= Number(argument),
  max: (_value, argument, size) => size <= Number(argument),
  size: (_value, argument, size) => size === Number(argument),
  between: (_value, argument, size) => isWithin(size, argument),
  digits: (value, argument) => /^\d+$/.test(String(value)) && String(value).length === Number(argument),
  digits_between: (value, argument) =>
    /^\d+$/.test(String(value)) && isWithin(String(value).length, argument),
  in: (value, argument) => argument.split(',').includes(String(value)),
  not_in: (value, argument) => !argument.split(',').includes(String(value)),
  regex: (value, argument) => matches(phpPattern(argument))(value, '', 0),
  email: matches(/^[^\s@]+@[^\s@]+$/),
  url: (value) => typeof value === 'string' && URL.canParse(value),
  ip: matches(/^(\d{1,3}(\.\d{1,3}){3}|[\da-f:]+:[\da-f:]*)$/i),
  alpha: matches(/^\p{L}+$/u),
  alpha_num: matches(/^[\p{L}\p{N}]+$/u),
  alpha_dash: matches(/^[\p{L}\p{N}_-]+$/u),
  p_username: (value) => /^[a-z0-9][\w.-]+[a-z0-9]$/.test(String(value).toLowerCase()),
};

const texts: Record<string, (label: string, argument: string) => string> = {
  required: (label) => `The ${label} field is required.`,
  present: (label) => `The ${label} field must be present.`,
  required_with: (label, other) => `The ${label} field is required when ${other} is present.`,
  required_without: (label, other) => `The ${label} field is required when ${other} is not present.`,
  exists: (label) => `The selected ${label} is invalid.`,
  in: (label) => `The selected ${label} is invalid.`,
  not_in: (label) => `The selected ${label} is invalid.`,
  unique: (label) => `The ${label} has already been taken.`,
  string: (label) => `The ${label} must be a string.`,
  array: (label) => `The ${label} must be an array.`,
  numeric: (label) => `The ${label} must be a number.`,
  integer: (label) => `The ${label} must be an integer.`,
  boolean: (label) => `The ${label} field must be true or false.`,
  email: (label) => `The ${label} must be a valid email address.`,
  p_username: (label) =>
    `The ${label} must start and end with alpha-numeric characters and\n                contain only letters, numbers, dashes, underscores, and periods.`,
  between: (label, range) => `The ${label} must be between ${range.replace(',', ' and ')}`,
  min: (label, low) => `The ${label} must be at least ${low}`,
  max: (label, high) => `The ${label} may not be greater than ${high}`,
};

/** The panel's English sentence about a failed rule. */
export function ruleMessage(rule: string, label: string, value: unknown, isNumber: boolean): string {
  const at = rule.indexOf(':');
  const name = at < 0 ? rule : rule.slice(0, at);
  const text = texts[name]?.(label, at < 0 ? '' : rule.slice(at + 1)) ?? `The ${label} format is invalid.`;
  if (text.endsWith('.')) return text;
  return isNumber || typeof value === 'number' ? `${text}.` : `${text} characters.`;
}
