import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { z } from 'zod';
import type { World } from '../../sandbox/world.ts';
import { type Finding, PARTS } from '../../src/runbook/doctor/finding.ts';

const documentSchema = z.object({
  ok: z.boolean(),
  at: z.iso.datetime(),
  findings: z.array(
    z.object({
      part: z.enum(PARTS),
      check: z.string(),
      mark: z.enum(['ok', 'warn', 'bad', 'unknown']),
      evidence: z.string(),
      fix: z.string().optional(),
    }),
  ),
});

export type DoctorRun = { code: number | null; stdout: string; stderr: string; tookMs: number };
type Env = Record<string, string | undefined>;

/** `npm run doctor` as a process of its own, with the settings of a world and nothing of the shell. */
export function runDoctor(env: Env, args: string[] = []): Promise<DoctorRun> {
  const began = Date.now();
  const entry = new URL('../../src/doctor.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [entry, ...args], {
    // Away from a file .env of whoever runs the tests.
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...env },
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

/** The same with `--json`: what is not in order, as "part check: mark", and the whole of it. */
export async function examine(world: World, changes: Env = {}) {
  const run = await runDoctor({ ...world.bot.env(), ...changes }, ['--json']);
  const { ok, findings } = documentSchema.parse(JSON.parse(run.stdout));
  return { ...run, ok, findings, troubles: troublesIn(findings as Finding[]) };
}

/** What is bad or unknown, as "part, check: mark". */
export function troublesIn(findings: Finding[]): string[] {
  return findings
    .filter(({ mark }) => mark === 'bad' || mark === 'unknown')
    .map(({ part, check, mark }) => `${part}, ${check}: ${mark}`);
}
