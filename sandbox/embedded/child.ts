import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** What a process of ours with Node gets. Compiled code is kept: the same few programs start again and again. */
export const CHILD_ENV: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  NODE_NO_WARNINGS: '1',
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
};

export type Child = { pid: number; stop(): Promise<void>; kill(): void };

/**
 * A port that nobody listens on, for whoever listens on it a moment later, and again after it died: below those that the system gives to
 * outgoing connections, and marked as ours, so that no other process that looks for one finds it while ours lives.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
    if ((await canListen(port, '127.0.0.1')) && (await mark(port))) return port;
  }
  throw new Error('no port is free');
}

const LOWEST_PORT = 20_000;
const PORTS = 12_000;
/** The same number on another address of loopback is the mark; where there is no such address, ports are only looked at. */
const MARK_ADDRESS = '127.0.0.2';

function canListen(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

function mark(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().unref();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRNOTAVAIL'));
    server.listen(port, MARK_ADDRESS, () => resolve(true));
  });
}

type Start = {
  name: string;
  command: string;
  args: string[];
  /** A line of stdout or stderr that says that it serves. */
  ready: RegExp;
  uid?: number;
  gid?: number;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  stopSignal?: 'INT' | 'TERM';
};

/**
 * Starts a server in a process of its own and waits until it serves. The server dies with us however we die: a shell
 * between us holds our pipe and stops it when the pipe closes, so a killed sandbox leaves no orphan behind.
 *
 * @throws Error with the last output when it ends before it serves.
 */
export function startChild(start: Start): Promise<Child> {
  const guard = `exec 3<&0
    "$@" </dev/null & child=$!
    (cat <&3 >/dev/null; kill -${start.stopSignal ?? 'TERM'} $child 2>/dev/null) >/dev/null 2>&1 &
    wait $child`;
  const child = spawn('/bin/sh', ['-c', guard, start.name, start.command, ...start.args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in a terminal reaches us alone, and we stop the servers in our own order.
    detached: true,
    cwd: start.cwd ?? '/',
    env: start.env ?? process.env,
    ...(start.uid === undefined ? {} : { uid: start.uid }),
    ...(start.gid === undefined ? {} : { gid: start.gid }),
  });
  return waitUntilReady(child, start);
}

function waitUntilReady(child: ChildProcess, start: Start): Promise<Child> {
  let output = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    const onOutput = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
      if (start.ready.test(output)) {
        resolve({
          pid: child.pid ?? 0,
          stop: async () => {
            child.stdin?.end();
            await exited;
          },
          kill: () => void process.kill(-(child.pid ?? 0), 'SIGKILL'),
        });
      }
    };
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', onOutput);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`${start.name} ended (${code}) before it served:\n${output}`)),
    );
  });
}
