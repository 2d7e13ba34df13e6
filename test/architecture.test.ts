import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

type File = { path: string; text: string; imports: string[] };

const files: File[] = globSync('{src,sandbox,bench,scripts}/**/*.ts').map((path) => {
  const text = readFileSync(path, 'utf8');
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
  return {
    path,
    text,
    imports: found.map((name) => (name.startsWith('.') ? normalize(join(dirname(path), name)) : name)),
  };
});
const inside = (folder: string) => files.filter(({ path }) => path.startsWith(`${folder}/`));
/** Imports of a folder's files that a rule forbids, as "file → import". */
const broken = (folder: string, forbidden: (name: string) => boolean) =>
  inside(folder).flatMap(({ path, imports }) => imports.filter(forbidden).map((name) => `${path} → ${name}`));

it('the pure core imports nothing but itself, the small helpers, zod and uuid', () => {
  expect(inside('src/orders').length).toBeGreaterThan(5);
  expect(broken('src/orders', (name) => !/^(src\/(orders|lib)\/|zod$|uuid$)/.test(name))).toEqual([]);
});

it('the pure core has no clock, no chance and no environment', () => {
  const impure = inside('src/orders').filter(({ text }) =>
    /Date\.now|Math\.random|process\.|fetch\(/.test(text),
  );
  expect(impure.map(({ path }) => path)).toEqual([]);
});

it('the adapters of panel, Stripe and store do not know each other, nor any edge', () => {
  for (const adapter of ['panel', 'stripe', 'store']) {
    const allowed = new RegExp(`^(src/(${adapter}|orders|lib)/|[^s.])|^(stripe|src/lib)`);
    expect(broken(`src/${adapter}`, (name) => name.startsWith('src/') && !allowed.test(name))).toEqual([]);
  }
});

it('the product never knows the sandbox or the tests', () => {
  expect(broken('src', (name) => /^(sandbox|test|bench|scripts)\//.test(name))).toEqual([]);
});

it('no two files need each other, not even for a type', () => {
  const imports = new Map(files.map((file) => [file.path, file.imports]));
  const reach = (path: string, known = new Set<string>()): Set<string> => {
    for (const name of imports.get(path) ?? []) if (!known.has(name)) reach(name, known.add(name));
    return known;
  };
  expect([...imports.keys()].filter((path) => reach(path).has(path))).toEqual([]);
});

it('only the outbox and its channel write messages', () => {
  const writers = inside('src').filter(
    ({ text }) => /Routes\.channelMessage|\.send\(\{/.test(text) && !/reply\b/.test(text),
  );
  expect(writers.map(({ path }) => path).filter((path) => path.startsWith('src/bot'))).toEqual([
    'src/bot/channel.ts',
  ]);
});

it('of the roles only the bot reaches Discord: what worker and webhook load can neither connect nor write there', () => {
  const loaded = (path: string, known = new Set<string>()): Set<string> => {
    if (known.has(path)) return known;
    known.add(path);
    const file = files.find((one) => one.path === path);
    // Types alone are erased.
    const names = [...(file?.text ?? '').matchAll(/^import (?!type\b)[^;]*?from\s+'([^']+)'/gm)].map(
      ([, name]) => name!,
    );
    for (const name of names)
      loaded(name.startsWith('.') ? normalize(join(dirname(path), name)) : name, known);
    return known;
  };
  for (const entry of [
    'src/app.ts',
    'src/roles/worker.ts',
    'src/webhook/server.ts',
    'src/watchdog/watchdog.ts',
  ]) {
    const reached = loaded(entry);
    expect(reached.size).toBeGreaterThan(9);
    expect([...reached].filter((name) => /^discord\.js$|src\/bot\/(?!messages\/)/.test(name))).toEqual([]);
  }
  expect(loaded('src/roles/bot.ts')).toContain('discord.js');
});

it('only the database functions write: nothing in the product touches a table', () => {
  const writers = inside('src').filter(({ text }) => /\.from\('|\.insert\(|\.upsert\(/.test(text));
  expect(writers.map(({ path }) => path)).toEqual([]);
});

it('every log line names a purchase, an order, an event and an attempt alike', () => {
  const calls = inside('src').flatMap(({ path, text }) =>
    [...text.matchAll(/\blog\s*\.(?:child|debug|info|warn|error)\(\s*\{([^}]*)\}/g)].map(([, fields]) => ({
      path,
      fields: fields!,
    })),
  );
  expect(calls.length).toBeGreaterThan(40);
  const keysOf = (fields: string) =>
    [...fields.matchAll(/(?:^|,)\s*(\w+)\s*(?=[:,]|$)/g)].map(([, key]) => key!);
  const other = /^(purchase_?id|order_?id|event_?id|attempt_?id|attempts|hint)$/i;
  const named = calls.flatMap(({ path, fields }) => keysOf(fields).map((key) => ({ path, key })));
  expect(named.filter(({ key }) => key === 'purchase').length).toBeGreaterThan(2);
  expect(named.filter(({ key }) => other.test(key))).toEqual([]);
});

it('only the metrics know how they are counted', () => {
  const know = inside('src').filter(({ imports }) => imports.some((name) => /prom-client/.test(name)));
  expect(know.map(({ path }) => path).filter((path) => !path.startsWith('src/metrics/'))).toEqual([]);
  // Loaded by name alone, where nobody may ask for them they cost nothing.
  const loaders = files.filter(({ text }) =>
    /import \{(?! ?type)[^}]*\} from '[^']*metrics\/metrics\.ts'/.test(text),
  );
  expect(loaders.filter(({ path }) => path.startsWith('src/'))).toEqual([]);
});

it('the environment is read in the settings and at the seven ways in alone', () => {
  const readers = inside('src').filter(({ text }) => text.includes('process.env'));
  expect(readers.map(({ path }) => path).toSorted()).toEqual([
    'src/doctor.ts',
    'src/erase-now.ts',
    'src/incidents-now.ts',
    'src/inspect-now.ts',
    'src/main.ts',
    'src/migrate.ts',
    'src/reconcile-now.ts',
    'src/register-commands.ts',
  ]);
});
