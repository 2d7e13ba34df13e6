// Makes the settings table of README.md from src/config/settings.ts. `node scripts/readme-settings.ts` writes it; test/docs checks it.
import { readFileSync, writeFileSync } from 'node:fs';
import { SETTINGS, type Setting } from '../src/config.ts';

const README = new URL('../README.md', import.meta.url);
const MARK = '<!-- settings -->';

/** The table between the marks, one row a setting, in the order of the code. */
export function settingsTable(): string {
  const rows = Object.entries<Setting>(SETTINGS).map(([name, setting]) => {
    const users = setting.roles?.join(', ') ?? 'all';
    const cells = [`\`${name}\`${setting.secret ? ' (secret)' : ''}`, need(setting), users, setting.help];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| Setting | Needed? | By | What it is |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The README with its table made anew. @throws Error when it has not exactly two marks. */
export function withSettingsTable(readme: string): string {
  const parts = readme.split(MARK);
  if (parts.length !== 3) throw new Error(`README.md must have ${MARK} twice, around the table`);
  return [parts[0], `\n\n${settingsTable()}\n\n`, parts[2]].join(MARK);
}

function need(setting: Setting): string {
  if (setting.fallback !== undefined) return `default \`${setting.fallback}\``;
  return setting.schema.safeParse(undefined).success ? 'optional' : '**required**';
}

if (import.meta.main) writeFileSync(README, withSettingsTable(readFileSync(README, 'utf8')));
