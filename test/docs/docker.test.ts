import { existsSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SETTINGS } from '../../src/config.ts';

// What can be checked of the image without a container engine; the rest is in docs/unverified.md.
const root = resolve(new URL('../../', import.meta.url).pathname);
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const lines = read('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'));
const last = (word: string) => lines.findLast((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
const copied = lines
  .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
  .flatMap((line) => line.split(/\s+/).slice(1, -1));
const { dependencies } = z
  .object({ dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

/** Every file of ours that these entries load, and every package that one of them imports at run time. */
function reach(entries: string[]): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const queue = entries.map((entry) => join(root, entry));
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const name of importsOf(readFileSync(file, 'utf8'))) {
      if (name.startsWith('.')) queue.push(resolve(dirname(file), name));
      else packages.add(name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name.split('/')[0]!);
    }
  }
  return { files, packages };
}

/** Specifiers of imports and re-exports that stay at run time: types alone are erased. */
function importsOf(source: string): string[] {
  const statements = source.matchAll(/^(?:import|export)\s+(?!type\s)[^;]*?from\s+'([^']+)';/gms);
  const bare = source.matchAll(/^import\s+'([^']+)';/gm);
  const dynamic = source.matchAll(/\bimport\('([^']+)'\)/g);
  return [...statements, ...bare, ...dynamic].map(([, name]) => name!);
}

describe('the image', () => {
  const { files, packages } = reach(['src/main.ts', 'src/migrate.ts', 'src/register-commands.ts']);

  test('copies only what exists', () => {
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('is not kept from what it copies by .dockerignore, and never gets .env', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(allowed[0]).toBe('*');
    const sent = allowed.slice(1).map((line) => line.replace(/^!/, ''));
    expect(sent.toSorted()).toEqual([...new Set(copied)].toSorted());
    expect(sent).not.toContain('.env');
  });

  test('holds every file that it loads, and the migrations', () => {
    const outside = [...files]
      .map((file) => relative(root, file))
      .filter((file) => !copied.some((path) => file === path || file.startsWith(`${path}/`)));
    expect(outside).toEqual([]);
    expect(copied).toContain('migrations');
    expect(files.size).toBeGreaterThan(40);
  });

  test('has every package that its code loads, without dev and optional ones', () => {
    const unknown = [...packages].filter(
      (name) =>
        !name.startsWith('node:') && !builtinModules.includes(name) && dependencies[name] === undefined,
    );
    expect(unknown).toEqual([]);
    expect([...packages]).toContain('fastify');
  });

  test('starts an entry that exists, with the Node that the project asks for, not as root', () => {
    const command = z.array(z.string()).parse(JSON.parse(last('CMD') ?? ''));
    expect(command[0]).toBe('node');
    expect(existsSync(join(root, command[1] ?? ''))).toBe(true);
    expect(lines.filter((line) => line.startsWith('FROM ')).every((line) => line.includes('node:24'))).toBe(
      true,
    );
    expect(last('USER')).toBe('node');
    expect(last('STOPSIGNAL')).toBe('SIGTERM');
  });

  test('checks its health with a command that Node can read', () => {
    const check = z.array(z.string()).parse(JSON.parse((last('HEALTHCHECK') ?? '').split('CMD ')[1] ?? ''));
    expect(check.slice(0, 2)).toEqual(['node', '-e']);
    expect(() => new Function(check[2] ?? '(')).not.toThrow();
    expect(check[2]).toContain('/healthz');
  });
});

/** Every key of a compose file by its path; it is indented by spaces in steps of two, with no key twice in a place. */
function keysOf(compose: string): string[] {
  const path: string[] = [];
  const seen = new Set<string>();
  for (const line of compose
    .split('\n')
    .filter((text) => text.trim() !== '' && !text.trim().startsWith('#'))) {
    expect(line).toMatch(/^( {2})*\S/);
    const key = /^( *)([\w-]+):(?: |$)/.exec(line);
    if (!key) continue;
    path.length = key[1]!.length / 2;
    path.push(key[2]!);
    const here = path.join('.');
    expect(seen.has(here), here).toBe(false);
    seen.add(here);
  }
  return [...seen];
}

describe.each([
  ['compose.yaml', ['orderly'], 'services.orderly'],
  ['compose.many.yaml', ['webhook', 'worker', 'bot'], 'x-orderly'],
])('%s', (file, services, common) => {
  const compose = read(file);
  const keys = keysOf(compose);

  test('has its services, which write no file, read .env and have time to stop', () => {
    for (const service of services) expect(keys).toContain(`services.${service}.environment`);
    for (const key of ['read_only', 'env_file', 'stop_grace_period', 'cap_drop'])
      expect(keys).toContain(`${common}.${key}`);
    expect(compose).toContain('stop_grace_period: 30s');
  });

  test('sets nothing but settings of the code, each for a role that uses it', () => {
    const set = keys.flatMap((key) => /^services\.\w+\.environment\.(.+)$/.exec(key)?.[1] ?? []);
    expect(set.length).toBeGreaterThan(2);
    expect(set.filter((name) => !(name in SETTINGS))).toEqual([]);
    const roles = [...compose.matchAll(/ ROLES: (.+)$/gm)].map(([, role]) => role);
    expect(roles).toEqual(services.length === 1 ? [] : services);
  });

  test('opens no port to the outside', () => {
    const ports = [...compose.matchAll(/^ +- "(\S+:\d+)"$/gm)].map(([, port]) => port!);
    expect(ports.length).toBe(1);
    expect(ports.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
  });
});

describe('compose.yaml', () => {
  const compose = read('compose.yaml');

  test('brings a Redis that is waited for', () => {
    for (const wanted of ['services.redis.healthcheck', 'volumes.redis-data'])
      expect(keysOf(compose)).toContain(wanted);
  });

  test('keeps the queue: an append-only file on a volume, nothing evicted', () => {
    expect(compose).toContain('"--appendonly", "yes", "--maxmemory-policy", "noeviction"');
    expect(compose).toContain('redis-data:/data');
  });
});

test('.ci/run can be executed', () => {
  expect(statSync(join(root, '.ci/run')).mode & 0o111).toBe(0o111);
});
