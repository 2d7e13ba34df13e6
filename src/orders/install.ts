import type { Failure } from './failures.ts';
import type { Purchase } from './purchase.ts';

/** An install that is watched, as the database has it. Times in milliseconds since the epoch. */
export type WatchedInstall = {
  serverId: number;
  install: 'installing' | 'ready' | 'failed' | 'never_finished';
  sinceMs: number;
  /** The server was seen suspended while it was being installed. */
  suspended: boolean;
};

export type InstallVerdict =
  | { kind: 'ready' }
  | { kind: 'installing' | 'suspended'; lookInMs: number }
  | { kind: 'failed'; install: 'failed' | 'never_finished' | null; failure: Failure };

/** Whether the install is watched anew because it had not ended in time: it may hang, and a person may run it again. */
export function isLate(p: Pick<Purchase, 'install' | 'install_since' | 'install_late_since'>): boolean {
  return p.install === 'installing' && p.install_since !== null && p.install_since === p.install_late_since;
}

type Timings = { installPollMs: number; installDeadlineMs: number };

/** Long installs are looked at less often: a quarter of their age, half a minute at most. */
const MOST_POLL_MS = 30_000;

/**
 * What the panel's status of a server says about its install. The panel has one status field: suspending overwrites it, and lifting the
 * suspension makes it null, so null means "ready" only when no suspension was seen meanwhile.
 *
 * @param status the panel's; null is ready; `gone` when the panel has no such server.
 */
export function judgeInstall(
  watched: WatchedInstall,
  status: string | null | 'gone',
  nowMs: number,
  timings: Timings,
): InstallVerdict {
  const { serverId } = watched;
  // It was finished once; only whether it is there is asked.
  if (watched.install === 'ready' && status !== 'gone') return { kind: 'ready' };
  switch (status) {
    case 'gone':
      return failed(null, 'server_gone', `the panel has no server ${serverId} any more`);
    case 'install_failed':
    case 'reinstall_failed':
      return failed('failed', 'install_failed', `the panel says ${status} for server ${serverId}`);
    case null:
      return watched.suspended
        ? failed('never_finished', 'install_unknown', `server ${serverId} was suspended in mid-install`)
        : { kind: 'ready' };
    default:
      return unfinished(watched, status, nowMs, timings);
  }
}

function unfinished(
  watched: WatchedInstall,
  status: string,
  nowMs: number,
  timings: Timings,
): InstallVerdict {
  const age = Math.max(0, nowMs - watched.sinceMs);
  const lookInMs = Math.min(MOST_POLL_MS, Math.max(timings.installPollMs, age / 4));
  const late = `still ${status} after ${Math.round(age / 60_000)} minutes`;
  // Read again after it failed: somebody ran it again on the panel, or what we know stands, since a suspension tells nothing.
  if (watched.install !== 'installing' && status === 'installing') return { kind: 'installing', lookInMs };
  if (watched.install === 'failed') return failed('failed', 'install_failed', `the panel says ${status} now`);
  if (watched.install === 'never_finished' || age > timings.installDeadlineMs) {
    return failed('never_finished', 'install_never_finished', late);
  }
  return { kind: status === 'suspended' ? 'suspended' : 'installing', lookInMs };
}

function failed(
  install: 'failed' | 'never_finished' | null,
  code: 'server_gone' | 'install_failed' | 'install_unknown' | 'install_never_finished',
  detail: string,
): InstallVerdict {
  return { kind: 'failed', install, failure: { code, detail } };
}
