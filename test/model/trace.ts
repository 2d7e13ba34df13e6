import { createHash } from 'node:crypto';

/** What happened in a run, line by line: told when it fails, and hashed to prove that a replay is the same run. */
export type Trace = { add(line: string): void; lines: string[]; hash(): string };

export function createTrace(elapsedMs: () => number): Trace {
  const lines: string[] = [];
  return {
    lines,
    add: (line) => void lines.push(`${(elapsedMs() / 1000).toFixed(2)}s ${line}`),
    hash: () => createHash('sha256').update(lines.join('\n')).digest('hex'),
  };
}
