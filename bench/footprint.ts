import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CHILD_ENV, type Child, startChild } from '../sandbox/embedded/child.ts';
import { startWorld, until, type World } from '../sandbox/world.ts';
import { ROLES } from '../src/lib/roles.ts';
import { type Found, percentile, printTable, rounded } from './figures.ts';

const TURNS = 3;
/** What is left of the start is collected by then. */
const IDLE_MS = 20_000;
const AIM = { readyMs: 2_000, idleMb: 150 };

/**
 * The image keeps compiled code, as `npm start` does after its first time. Without it Node strips the types of every file by itself and keeps
 * what it needs for that: about as much as the difference.
 */
const { NODE_COMPILE_CACHE, ...COLD_ENV } = CHILD_ENV;
/** Loaded by `/stats` alone, when somebody wants the picture, and where /metrics is on. */
const LATER = ['dejavu-fonts-ttf', 'echarts', '@resvg/resvg-js', 'prom-client'];

type Turn = { readyMs: number; idleMb: number };
type Side = [name: string, start: () => Promise<Turn>];

/** Cold start to ready, and memory when nothing happens, beside the libraries alone. The embedded parts are other processes. */
export async function footprint(): Promise<Found> {
  const world = await startWorld();
  try {
    const sides: Side[] = [
      ['discord.js alone, imported', () => bare(['discord.js'])],
      ['the libraries, imported', () => bare(libraries())],
      ['Orderly, all roles, first start', () => orderly(world, {})],
      ['Orderly, all roles', () => orderly(world, { NODE_COMPILE_CACHE })],
      ...ROLES.map(
        (role): Side => [`Orderly, ROLES=${role}`, () => orderly(world, { NODE_COMPILE_CACHE, ROLES: role })],
      ),
    ];
    const rows: Record<string, Turn> = {};
    for (const [name, start] of sides) rows[name] = await middleOf(start);
    printTable(`footprint: median of ${TURNS} starts each, memory after ${IDLE_MS / 1000} s`, [
      ['', 'ready ms', 'idle MB'],
      ...Object.entries(rows).map(([name, turn]) => [
        name,
        rounded(turn.readyMs, 0),
        rounded(turn.idleMb, 0),
      ]),
    ]);
    const ours = rows['Orderly, all roles']!;
    const missed = [];
    if (ours.readyMs > AIM.readyMs)
      missed.push(`footprint: ready after ${rounded(ours.readyMs, 0)} ms, aim ${AIM.readyMs}`);
    if (ours.idleMb > AIM.idleMb)
      missed.push(`footprint: ${rounded(ours.idleMb, 0)} MB idle, aim ${AIM.idleMb}`);
    const figures = Object.fromEntries(
      Object.entries(rows).flatMap(([name, turn]) => {
        const key = name.toLowerCase().replaceAll(/[^a-z]+/g, '_');
        return [
          [`${key}_ready_ms`, rounded(turn.readyMs, 0)],
          [`${key}_idle_mb`, rounded(turn.idleMb, 0)],
        ];
      }),
    );
    return { figures, missed };
  } finally {
    await world.stop();
  }
}

function libraries(): string[] {
  const read = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { dependencies } = JSON.parse(read) as { dependencies: Record<string, string> };
  return Object.keys(dependencies).filter((name) => !LATER.includes(name));
}

async function middleOf(start: () => Promise<Turn>): Promise<Turn> {
  const turns = [];
  for (let turn = 0; turn < TURNS; turn += 1) turns.push(await start());
  return {
    readyMs: percentile(
      turns.map(({ readyMs }) => readyMs),
      0.5,
    ),
    idleMb: percentile(
      turns.map(({ idleMb }) => idleMb),
      0.5,
    ),
  };
}

async function bare(names: string[]): Promise<Turn> {
  const began = performance.now();
  const child = await start('plain-libraries.ts', names, {}, /loaded/);
  return idle(child, performance.now() - began);
}

async function orderly(world: World, more: NodeJS.ProcessEnv): Promise<Turn> {
  const began = performance.now();
  const env = { ...world.bot.env(), ...more, LOG_LEVEL: 'info' };
  const child = await start('../src/main.ts', [], env, /Orderly is up/);
  await until('Orderly is ready', async () => (await fetch(`${world.botUrl}/readyz`)).ok);
  return idle(child, performance.now() - began);
}

function start(entry: string, args: string[], env: NodeJS.ProcessEnv, ready: RegExp): Promise<Child> {
  const path = new URL(entry, import.meta.url).pathname;
  return startChild({
    name: 'footprint',
    command: process.execPath,
    args: [path, ...args],
    ready,
    env: { ...COLD_ENV, ...env },
  });
}

async function idle(child: Child, readyMs: number): Promise<Turn> {
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  // The guard of a child is a shell; the process that counts is the one below it.
  const pids = execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
  const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', pids.join(',')], { encoding: 'utf8' })
    .trim()
    .split(/\s+/)
    .map(Number);
  await child.stop();
  return { readyMs, idleMb: Math.max(...kilobytes) / 1024 };
}
