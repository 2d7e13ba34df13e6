import { ROLES, type Role } from '../lib/roles.ts';
import { SETTINGS, type Setting, type SettingName, type Values } from './settings.ts';

/** One setting that is missing or wrong; never its value. */
export type SettingProblem = { name: string; message: string };

/** All problems of the settings at once, each with its fix; never a value. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(problems: string[]) {
    super(
      `${problems.length === 1 ? 'One setting is' : `${problems.length} settings are`} missing or wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\nSet them in the environment or in a file .env; README.md says where each comes from.`,
    );
  }
}

/** The settings that these roles use. */
export function settingsOf(roles: readonly Role[]): SettingName[] {
  return (Object.keys(SETTINGS) as SettingName[]).filter((name) => usersOf(name, roles).length > 0);
}

/** Reads these settings. @throws ConfigError that lists every problem. */
export function readAll<N extends SettingName>(
  env: NodeJS.ProcessEnv,
  names: readonly N[],
  roles: readonly Role[] = ROLES,
): Pick<Values, N> {
  const { values, problems } = readEach(env, names, roles);
  refuse(problems);
  return values as Pick<Values, N>;
}

/** @throws ConfigError when there are any. */
export function refuse(problems: SettingProblem[]): void {
  if (problems.length > 0) throw new ConfigError(problems.map(({ name, message }) => `${name} ${message}`));
}

/** What can be read of these settings, and what is wrong with the others. */
export function readEach(
  env: NodeJS.ProcessEnv,
  names: readonly SettingName[],
  roles: readonly Role[] = ROLES,
): { values: Partial<Values>; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const setting: Setting = SETTINGS[name];
    const read = setting.schema.safeParse(clean(env[name]) ?? setting.fallback);
    if (read.success) values[name] = read.data;
    else {
      const message = `${read.error.issues[0]?.message}. ${setting.help}${forWhom(name, roles)}`;
      problems.push({ name, message });
    }
  }
  return { values: values as Partial<Values>, problems };
}

/** Pasted values come with stray white space; an empty one counts as absent. */
export function clean(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function usersOf(name: SettingName, roles: readonly Role[]): Role[] {
  const setting: Setting = SETTINGS[name];
  return roles.filter((role) => setting.roles?.includes(role) ?? true);
}

/** Of a process that has all roles it needs no saying; nor of a setting that all use. */
function forWhom(name: SettingName, roles: readonly Role[]): string {
  const setting: Setting = SETTINGS[name];
  if (roles.length === ROLES.length || setting.roles === undefined) return '';
  return ` (Needed by the ${usersOf(name, roles).join(' and the ')}, which ROLES names.)`;
}
