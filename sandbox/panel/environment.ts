import { panelErrors } from './errors.ts';
import type { EggRow } from './rows.ts';
import { isRecord, validate } from './rules.ts';

/**
 * The values of an egg's variables, checked against the egg's own rules. Names that the egg does not have are dropped,
 * and a variable left out is "": defaults are not filled in.
 *
 * @throws ValidationException with `environment.NAME` fields.
 */
export function checkedEnvironment(egg: EggRow, given: unknown): Record<string, string> {
  const values = isRecord(given) ? given : {};
  const known = Object.fromEntries(
    egg.variables.map(({ envVariable }) => [envVariable, values[envVariable] ?? null]),
  );
  const rules = egg.variables.map(({ envVariable, rules }) => [
    `environment.${envVariable}`,
    rules.split('|'),
  ]);
  const labels = egg.variables.map(({ envVariable, name }) => [
    `environment.${envVariable}`,
    `${name} variable`,
  ]);
  const errors = validate({ environment: known }, Object.fromEntries(rules), Object.fromEntries(labels));
  if (errors.length > 0) throw panelErrors.validation(errors);
  return Object.fromEntries(Object.entries(known).map(([name, value]) => [name, String(value ?? '')]));
}
