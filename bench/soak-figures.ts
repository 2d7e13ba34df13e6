import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { World } from '../sandbox/world.ts';
import { type Found, percentile, printTable, rounded } from './figures.ts';
import { memorySlope } from './memory-slope.ts';

/** What a process holds at a moment; `leads`: it is the one in Discord. */
export type Sample = {
  minute: number;
  name: string;
  leads: boolean;
  memoryMb: number;
  handles: number;
  connections: number;
};
/** How far behind the work is at a moment, in seconds; and what the database holds open. */
export type Lag = {
  minute: number;
  workS: number;
  messageS: number;
  pageS: number;
  databaseConnections: number;
};
/** `leader`: the holder of the lease, which has the id of its process in its name. */
export type Looked = Omit<Lag, 'minute'> & { leader: string };
export type SoakRun = {
  minutes: number;
  purchases: number;
  faults: number;
  wrong: number;
};

/** What is loaded and compiled once has been by then. */
const WARM_UP_SHARE = 0.25;
const AIM = { slopeMbPerHour: 60, handles: 20, connections: 20 };

/** @throws Error where there is no /proc. */
export function sampleOf(pid: number): Pick<Sample, 'memoryMb' | 'handles' | 'connections'> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const handles = readdirSync(`/proc/${pid}/fd`);
  return {
    memoryMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
    handles: handles.length,
    connections: handles.filter((handle) => isSocket(pid, handle)).length,
  };
}

function isSocket(pid: number, handle: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/fd/${handle}`).startsWith('socket:');
  } catch {
    // It was closed meanwhile.
    return false;
  }
}

export async function lagOf({ database }: World): Promise<Looked> {
  const [row] = await database`select
    extract(epoch from orderly_now() - (select min(look_at) from orderly_purchases where look_at < orderly_now())) as work,
    (select extract(epoch from orderly_now() - min(behind_since)) from orderly_messages
      where shown_version < wanted_version and kind <> 'log') as message,
    (select extract(epoch from orderly_now() - min(behind_since)) from orderly_messages
      where shown_version < wanted_version and kind = 'log') as page,
    (select count(*) from pg_stat_activity where datname = current_database()) as connections,
    (select holder from orderly_leases where name = 'outbox') as leader`;
  return {
    leader: String(row?.leader ?? ''),
    workS: Number(row?.work ?? 0),
    messageS: Number(row?.message ?? 0),
    pageS: Number(row?.page ?? 0),
    databaseConnections: Number(row?.connections),
  };
}

/** Prints what grew, and how far behind it was at the end. */
export function tellSoak(run: SoakRun, samples: Sample[], lags: Lag[]): Found {
  const names = [...new Set(samples.map(({ name }) => name))];
  const rows = names.map((name) => ({ name, ...growthOf(samples.filter((one) => one.name === name)) }));
  printTable(
    `soak: ${run.purchases} purchases and ${run.faults} faults in ${run.minutes} minutes; the warm-up is the first quarter`,
    [
      [
        '',
        'memory MB, after the warm-up',
        'at the end',
        'slope MB/h',
        'handles',
        'at the end',
        'connections',
        'at the end',
      ],
      ...rows.map((one) => [
        one.name,
        ...one.memory.map((value) => rounded(value, 0)),
        rounded(one.slope, 0),
        ...one.handles,
        ...one.connections,
      ]),
    ],
  );
  const [early, late] = halves(lags);
  const most = (of: Lag[], key: keyof Lag) => rounded(Math.max(0, ...of.map((one) => one[key])), 0);
  const middle = (of: Lag[], key: keyof Lag) =>
    rounded(
      percentile(
        of.map((one) => one[key]),
        0.5,
      ),
      1,
    );
  const rowsOf: [string, keyof Lag][] = [
    ['work that is due', 'workS'],
    ['messages', 'messageS'],
    ["pages of alerts' logs", 'pageS'],
    ['connections of the database', 'databaseConnections'],
  ];
  printTable('how far behind, in seconds; most is while something is broken', [
    ['', 'first half, median', 'second half', 'first half, most', 'second half'],
    ...rowsOf.map(([name, key]) => [
      name,
      ...[early, late].map((of) => middle(of, key)),
      ...[early, late].map((of) => most(of, key)),
    ]),
  ]);
  const figures = {
    purchases: run.purchases,
    faults: run.faults,
    promises_broken: run.wrong,
    slope_mb_per_hour: rounded(Math.max(...rows.map(({ slope }) => slope)), 1),
    memory_mb: rounded(Math.max(...rows.map(({ memory }) => memory[1])), 0),
    handles_more: Math.max(...rows.map(({ handles }) => handles[1] - handles[0])),
    connections_more: Math.max(...rows.map(({ connections }) => connections[1] - connections[0])),
    message_lag_p50_s: middle(late, 'messageS'),
  };
  const missed = [
    ...(run.wrong > 0 ? [`soak: ${run.wrong} promises broken`] : []),
    // Too short a run has no slope, and shows nothing.
    ...(figures.slope_mb_per_hour <= AIM.slopeMbPerHour
      ? []
      : [`soak: memory grows by ${figures.slope_mb_per_hour} MB/h`]),
    ...(figures.handles_more > AIM.handles ? [`soak: ${figures.handles_more} more handles at the end`] : []),
    ...(figures.connections_more > AIM.connections
      ? [`soak: ${figures.connections_more} more connections at the end`]
      : []),
  ];
  return { figures, missed };
}

function growthOf(samples: Sample[]) {
  const last = Math.max(...samples.map(({ minute }) => minute));
  const warm = samples.filter(({ minute }) => minute >= last * WARM_UP_SHARE);
  const part = Math.max(1, Math.floor(warm.length / 5));
  const ends = (key: 'memoryMb' | 'handles' | 'connections'): [number, number] => [
    percentile(
      warm.slice(0, part).map((one) => one[key]),
      0.5,
    ),
    percentile(
      warm.slice(-part).map((one) => one[key]),
      0.5,
    ),
  ];
  return {
    memory: ends('memoryMb'),
    handles: ends('handles'),
    connections: ends('connections'),
    slope: memorySlope(warm),
  };
}

function halves(lags: Lag[]): [Lag[], Lag[]] {
  const middle = Math.max(0, ...lags.map(({ minute }) => minute)) / 2;
  return [lags.filter(({ minute }) => minute < middle), lags.filter(({ minute }) => minute >= middle)];
}
