import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Timings } from '../src/orders/timings.ts';
import { CHILD_ENV } from './embedded/child.ts';

/** Orderly, or some of its roles, in a process of its own, which can be killed and started again. */
export type BotProcess = {
  /** Waits until it serves; one that `waits` is in Discord by then. */
  start(): Promise<void>;
  /** kill -9: nothing of it can clean up. */
  kill(): Promise<void>;
  /** SIGTERM, and waits until it has stopped; it can be started again. */
  halt(): Promise<void>;
  /** SIGSTOP: it stands still in the middle of whatever it does, and knows nothing of it. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** The same for good: its log is removed. */
  stop(): Promise<void>;
  isRunning(): boolean;
  /** Null while it does not run. */
  pid(): number | null;
  /** `dead`: killed, or ended by itself. */
  state(): 'running' | 'halted' | 'dead';
  /** Its own HTTP address. */
  url(): string;
  /** The settings that it is started with. */
  env(): Record<string, string>;
  /** Where its log lines go. */
  logFile: string;
};

export type BotSettings = {
  timings: Partial<Timings>;
  env: Record<string, string>;
  clock: { factor: number; startMs: number; startedAtMs: number };
  /** Options of Node. */
  node?: string[];
  /** Whether it serves only once it was in Discord: not for one that may stand by. */
  waits: boolean;
};

/** Settings of the shell never reach it: it is given its own, and PATH. */
export function createBotProcess(settings: () => BotSettings): BotProcess {
  const dir = mkdtempSync(join(tmpdir(), 'orderly-bot-'));
  const logFile = join(dir, 'orderly.log');
  let child: ChildProcess | null = null;
  let isHalted = true;
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
    ending.kill(signal);
    // One that stands still hears nothing else.
    ending.kill('SIGCONT');
    await gone;
  };
  return {
    logFile,
    env: () => settings().env,
    url: () => `http://127.0.0.1:${settings().env.PORT}`,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    isRunning: () => child !== null,
    pid: () => child?.pid ?? null,
    state: () => (child ? 'running' : isHalted ? 'halted' : 'dead'),
    start: async () => {
      await end('SIGTERM');
      const { node = [], ...given } = settings();
      const started = spawn(
        process.execPath,
        [...node, new URL('bot-process.ts', import.meta.url).pathname],
        {
          stdio: ['pipe', 'pipe', 'pipe'],
          env: { ...CHILD_ENV, ORDERLY_SANDBOX: JSON.stringify(given) },
        },
      );
      child = started;
      isHalted = false;
      const log = createWriteStream(logFile, { flags: 'a' });
      let output = '';
      await new Promise<void>((resolve, reject) => {
        const onOutput = (chunk: Buffer) => {
          log.write(chunk);
          output = (output + chunk.toString()).slice(-4000);
          if (output.includes('orderly serves')) resolve();
        };
        started.stdout?.on('data', onOutput);
        started.stderr?.on('data', onOutput);
        started.once('exit', (code) => {
          if (child === started) child = null;
          log.end();
          reject(new Error(`the bot ended (${code}) before it served:\n${output}`));
        });
      });
    },
    kill: () => end('SIGKILL'),
    halt: async () => {
      isHalted = true;
      await end('SIGTERM');
    },
    stop: async () => {
      await end('SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
