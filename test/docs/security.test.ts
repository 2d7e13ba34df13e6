import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
const names = z.record(z.string(), z.string());
const manifest = z
  .object({ dependencies: names, devDependencies: names, optionalDependencies: names, overrides: names })
  .parse(JSON.parse(read('package.json')));

describe('docs/threat-model.md', () => {
  const named = [...read('docs/threat-model.md').matchAll(/`((?:test|docs|src)\/[\w./-]+)`/g)].map(
    ([, path]) => path!,
  );

  test('names only tests and pages that exist, and enough of them', () => {
    expect(named.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
    expect(new Set(named).size).toBeGreaterThan(25);
  });

  test('has a test in every row of what stops somebody', () => {
    const rows = read('docs/threat-model.md')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (---|Could try|Secret|Who \|)/.test(line));
    expect(rows.length).toBeGreaterThan(25);
    // Of some stolen secrets nothing here stops the thief: there the row says what to do.
    const untested = rows.filter((row) => !row.includes('test/'));
    expect(untested.filter((row) => !/Roll|Reset|Rotate|Delete/.test(row))).toEqual([]);
  });
});

test('docs/dependencies.md has a reason for every package of package.json, and for no other', () => {
  const [production = '', development = ''] = read('docs/dependencies.md').split('## For development');
  const rowsOf = (text: string) =>
    [...text.matchAll(/^\| `([^`]+)` \| (.{10,}) \|$/gm)].map(([, name]) => name);
  expect(rowsOf(production)).toEqual(Object.keys(manifest.dependencies).toSorted());
  expect(rowsOf(development)).toEqual(
    Object.keys({ ...manifest.devDependencies, ...manifest.optionalDependencies }).toSorted(),
  );
});

test('every dependency is pinned to one version, and the lock file has an integrity hash for each package', () => {
  const wanted = {
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
    ...manifest.overrides,
  };
  expect(Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual(
    [],
  );
  const { packages } = z
    .object({
      packages: z.record(
        z.string(),
        z.object({ version: z.string(), integrity: z.string().optional() }).loose(),
      ),
    })
    .parse(JSON.parse(read('package-lock.json')));
  const installed = Object.entries(packages).filter(([path]) => path !== '');
  expect(installed.length).toBeGreaterThan(100);
  expect(installed.filter(([, one]) => !one.integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual(
    [],
  );
  const locked = Object.fromEntries(
    Object.keys(wanted).map((name) => [name, packages[`node_modules/${name}`]?.version]),
  );
  expect(locked).toEqual(wanted);
});

describe('the containers of compose.yaml', () => {
  const services = read('compose.yaml')
    .split(/^services:\n/m)[1]!
    .split(/^\S/m)[0]!
    .split(/^ {2}(?=[\w-]+:\n)/m)
    .filter((text) => /^[\w-]+:/.test(text))
    .map((text) => ({ name: text.split(':')[0]!, text }));

  test('are read-only, without capabilities and without a way to new privileges', () => {
    expect(services.map(({ name }) => name)).toEqual(expect.arrayContaining(['orderly', 'redis']));
    for (const { name, text } of services) {
      expect([name, /^ {4}read_only: true$/m.test(text)]).toEqual([name, true]);
      expect([name, /^ {4}cap_drop:\n {6}- ALL$/m.test(text)]).toEqual([name, true]);
      expect([name, /^ {4}security_opt:\n {6}- no-new-privileges:true$/m.test(text)]).toEqual([name, true]);
      expect([name, /privileged|network_mode: host|docker\.sock|cap_add/.test(text)]).toEqual([name, false]);
    }
  });

  test('publish nothing but on loopback, and Redis nothing at all', () => {
    const ports = services.flatMap(({ name, text }) =>
      [...text.matchAll(/^ {6}- "([\d.:]*:\d+)"$/gm)].map(([, port]) => `${name} ${port}`),
    );
    expect(ports.filter((port) => !/^\S+ 127\.0\.0\.1:/.test(port))).toEqual([]);
    expect(ports.some((port) => port.startsWith('redis'))).toBe(false);
  });
});

test('SECURITY.md says how to report, and gives no address of a person', () => {
  const text = read('SECURITY.md');
  expect(text).toContain('Report a vulnerability');
  expect(text).not.toMatch(/\S+@\S+\.\S+/);
});
