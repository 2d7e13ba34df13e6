import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replay } from '../compatibility/replay.ts';
import { versionSchema } from '../compatibility/version.ts';
import { useDatabase } from '../helpers/database.ts';

const folder = new URL('../fixtures/calls/', import.meta.url);
const versions = readdirSync(folder).map((name) =>
  versionSchema.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))),
);

// During a rolling upgrade processes of the version before run on the new schema (docs/upgrading.md).
describe.each(versions)('version $version on the schema of today', (version) => {
  const held = useDatabase();

  it('finds every function that it calls, as it calls it, and may call it', async () => {
    const rows = await held.get()`
      select p.proname as name, pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result,
        has_function_privilege('service_role', p.oid, 'execute') as allowed
      from pg_proc p where p.pronamespace = 'public'::regnamespace`;
    const found = new Map(rows.map(({ name, ...rest }) => [String(name), rest]));
    for (const name of Object.keys(version.answers))
      expect({ name, ...found.get(name) }).toEqual({
        name,
        arguments: 'p text',
        result: 'jsonb',
        allowed: true,
      });
  });

  it('was recorded calling each of them', () => {
    const called = new Set(version.steps.flatMap((step) => ('name' in step ? [step.name] : [])));
    expect(Object.keys(version.answers).filter((name) => !called.has(name))).toEqual([]);
  });

  it('gets, call for call, answers that it can read and that came to the same', async () => {
    const { calls, broken } = await replay(held.get(), version);
    expect(broken).toEqual([]);
    expect(calls).toBeGreaterThan(400);
  }, 60_000);
});
