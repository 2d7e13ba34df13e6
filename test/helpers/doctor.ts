import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { CHILD_ENV } from '../../sandbox/embedded/child.ts';
import type { KeyRow } from '../../sandbox/panel/rows.ts';
import type { World } from '../../sandbox/world.ts';
import { buildDoctor } from '../../src/build-doctor.ts';
import { readLoosely } from '../../src/config.ts';
import { settingsOfValues } from '../../src/doctor-settings.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/log.ts';
import { exitCodeOf, type Finding } from '../../src/runbook/doctor/finding.ts';

export type DoctorRun = { code: number | null; stdout: string; stderr: string; tookMs: number };
export type Env = Record<string, string | undefined>;

/** `npm run doctor` as a process of its own, with these settings and nothing of the shell. */
export function runDoctor(env: Env, args: string[] = []): Promise<DoctorRun> {
  return runEntry('doctor', env, args);
}

/** One of the entries beside `src/main.ts`, in the same way. */
export function runEntry(name: string, env: Env, args: string[] = []): Promise<DoctorRun> {
  const began = Date.now();
  const entry = new URL(`../../src/${name}.ts`, import.meta.url).pathname;
  const child = spawn(process.execPath, [entry, ...args], {
    // Away from a file .env of whoever runs the tests.
    cwd: tmpdir(),
    env: { ...CHILD_ENV, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr, tookMs: Date.now() - began })),
  );
}

let owners = 1_000;

/** A key of an administrator of its own: the panel counts requests by user, and a file of tests asks more than a minute allows. */
export function newPanelKey(world: World, permissions: KeyRow['permissions']): string {
  const { keys, users } = world.panel.state;
  owners += 1;
  const token = `ptla_${owners}_0123456789`;
  const name = `owner-${owners}`;
  users.push({ ...users[0]!, id: owners, username: name, email: `${name}@example.com`, externalId: null });
  keys.push({ ...keys[0]!, token, userId: owners, permissions });
  return token;
}

/** What the doctor finds in a world, within this process; `changes` are settings that differ from the bot's own. */
export async function examine(world: World, changes: Env = {}) {
  const PANEL_API_KEY = newPanelKey(world, 'all');
  // Another user of the panel has a limit of its own.
  await world.database`delete from orderly_budgets`;
  const { roles, values, problems } = readLoosely({ ...world.bot.env(), PANEL_API_KEY, ...changes });
  const began = Date.now();
  const settings = settingsOfValues(roles, values, problems);
  const findings = await buildDoctor(settings, { clock: systemClock, log: createLog('silent') })();
  const tookMs = Date.now() - began;
  return { findings, tookMs, code: exitCodeOf(findings), troubles: troublesIn(findings) };
}

/** What is bad or unknown, as "part, check: mark". */
export function troublesIn(findings: Finding[]): string[] {
  return findings
    .filter(({ mark }) => mark === 'bad' || mark === 'unknown')
    .map(({ part, check, mark }) => `${part}, ${check}: ${mark}`);
}

/** What a finding says, by "part, check"; all of them when there are several. */
export function said(findings: Finding[], name: string): string {
  return findings
    .filter(({ part, check }) => `${part}, ${check}` === name)
    .map(({ mark, evidence, fix }) => `${mark}: ${evidence}${fix === undefined ? '' : ` → ${fix}`}`)
    .join('\n');
}
