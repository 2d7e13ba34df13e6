import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { withSettingsTable } from '../../scripts/readme-settings.ts';
import { inviteUrl, PERMISSIONS } from '../../src/bot/invite.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { SETTINGS } from '../../src/config.ts';
import { API_VERSION, HANDLED_EVENTS } from '../../src/stripe/effect.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');
const pages = ['README.md', 'CHANGELOG.md', ...docPages()];
const hasImages = existsSync(join(root, 'docs/images'));

function docPages(): string[] {
  return readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
}

/** GitHub's own rule for the anchor of a heading. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ +(.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('README.md', () => {
  test('has the settings table of the code (node scripts/readme-settings.ts writes it)', () => {
    expect(readme).toBe(withSettingsTable(readme));
  });

  test('names the API version and every event that the endpoint has to send', () => {
    expect(readme).toContain(API_VERSION);
    const named = [...readme.matchAll(/^ *- `([a-z_]+(?:\.[a-z_]+)+)`$/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(HANDLED_EVENTS.toSorted());
  });

  test('names the slash commands that exist', () => {
    const missing = Object.keys(COMMANDS).filter((name) => !readme.includes(`\`/${name}\``));
    expect(missing).toEqual([]);
  });

  test('invites the bot with the link of the code, and says what each permission is for', () => {
    expect(readme).toContain(`\n   ${inviteUrl('APPLICATION_ID')}\n`);
    const [, table = ''] = readme.split('| Permission | What for |\n   | --- | --- |\n');
    const rows = [...table.split('\n\n')[0]!.matchAll(/^ *\| (.+?) \| (.+?) \|$/gm)];
    expect(rows.map(([, name, why]) => ({ name, why }))).toEqual(
      PERMISSIONS.map(({ name, why }) => ({ name, why })),
    );
  });
});

test('.env.example names the settings of the code, and the one of `npm run migrate`', () => {
  const named = [...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual([...Object.keys(SETTINGS), 'SUPABASE_DB_URL'].toSorted());
});

describe.each(pages)('%s', (page) => {
  const text = read(page);

  test('links to what exists', () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => hasImages || !target.includes('images/'));
    const broken = targets.filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('names files and folders of the project that exist', () => {
    const named = [...text.matchAll(/`((?:src|test|sandbox|migrations|scripts|docs|bench)\/[\w./-]*)`/g)];
    const missing = named.map(([, path]) => path!).filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });

  test('names scripts that package.json has', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')));
    const named = [...text.matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, name]) => name!);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
