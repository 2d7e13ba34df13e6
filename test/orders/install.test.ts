import { describe, expect, it } from 'vitest';
import { type InstallVerdict, judgeInstall, type WatchedInstall } from '../../src/orders/install.ts';

const TIMINGS = { installPollMs: 5_000, installDeadlineMs: 20 * 60_000 };
const SINCE = 1_000_000;

type Case = Partial<Omit<WatchedInstall, 'serverId' | 'sinceMs'>>;
const judge = (watched: Case, status: string | null | 'gone', ageMs = 1_000) =>
  judgeInstall(
    { serverId: 7, install: 'installing', suspended: false, ...watched, sinceMs: SINCE },
    status,
    SINCE + ageMs,
    TIMINGS,
  );
const ready: InstallVerdict = { kind: 'ready' };
const verdict = (install: 'failed' | 'never_finished' | null, code: string, detail: string) => ({
  kind: 'failed',
  install,
  failure: { code, detail: expect.stringContaining(detail) },
});
const gone = verdict(null, 'server_gone', 'no server 7 any more');
const broken = verdict('failed', 'install_failed', 'the panel says install_failed for server 7');
const unknown = verdict('never_finished', 'install_unknown', 'suspended in mid-install');
const kind = (name: string) => expect.objectContaining({ kind: name });

const STATES: [name: string, watched: Case][] = [
  ['installing', {}],
  ['installing, seen suspended', { suspended: true }],
  ['failed', { install: 'failed' }],
  ['failed, seen suspended', { install: 'failed', suspended: true }],
  ['never finished', { install: 'never_finished' }],
  ['unknown since a suspension', { install: 'never_finished', suspended: true }],
  ['ready', { install: 'ready' }],
];

/** For each status of the panel, the verdict in each of the states above. */
const TABLE: [status: string | null, verdicts: unknown[]][] = [
  [null, [ready, unknown, ready, unknown, ready, unknown, ready]],
  ['gone', [gone, gone, gone, gone, gone, gone, gone]],
  ['install_failed', [broken, broken, broken, broken, broken, broken, ready]],
  ['reinstall_failed', [...Array(6).fill(verdict('failed', 'install_failed', 'reinstall_failed')), ready]],
  // Somebody ran it again on the panel.
  ['installing', [...Array(6).fill(kind('installing')), ready]],
  [
    'suspended',
    [
      kind('suspended'),
      kind('suspended'),
      // A suspension tells nothing: what is known stands.
      verdict('failed', 'install_failed', 'the panel says suspended now'),
      verdict('failed', 'install_failed', 'the panel says suspended now'),
      verdict('never_finished', 'install_never_finished', 'still suspended'),
      verdict('never_finished', 'install_never_finished', 'still suspended'),
      ready,
    ],
  ],
  [
    'restoring_backup',
    [
      kind('installing'),
      kind('installing'),
      verdict('failed', 'install_failed', 'the panel says restoring_backup now'),
      verdict('failed', 'install_failed', 'the panel says restoring_backup now'),
      verdict('never_finished', 'install_never_finished', 'still restoring_backup'),
      verdict('never_finished', 'install_never_finished', 'still restoring_backup'),
      ready,
    ],
  ],
];

describe.each(TABLE)('when the panel says %s', (status, verdicts) => {
  it.each(STATES.map(([name, watched], index) => [name, watched, verdicts[index]] as const))(
    'an install that is %s is judged by what was known before',
    (_name, watched, expected) => {
      expect(judge(watched, status)).toEqual(expected);
    },
  );
});

describe('the deadline of an install', () => {
  const LATE = TIMINGS.installDeadlineMs + 1;

  it.each(['installing', 'suspended', 'restoring_backup'])('passes while the panel says %s', (status) => {
    const late = verdict('never_finished', 'install_never_finished', `still ${status} after 20 minutes`);
    expect(judge({}, status, LATE - 1)).not.toEqual(late);
    expect(judge({}, status, LATE)).toEqual(late);
  });

  it.each([
    ['ready', null, ready],
    ['failed', 'install_failed', broken],
    ['gone', 'gone', gone],
  ])('changes nothing for one that is %s in the end', (_name, status, expected) => {
    expect(judge({}, status, LATE)).toEqual(expected);
  });
});

it.each([
  ['at first every poll', 0, 5_000],
  ['still every poll after twenty seconds', 20_000, 5_000],
  ['at a quarter of its age', 60_000, 15_000],
  ['never less often than twice a minute', 19 * 60_000, 30_000],
  ['every poll when the clocks disagree', -60_000, 5_000],
])('an install is looked at %s', (_name, ageMs, lookInMs) => {
  expect(judge({}, 'installing', ageMs)).toEqual({ kind: 'installing', lookInMs });
  expect(judge({}, 'suspended', ageMs)).toEqual({ kind: 'suspended', lookInMs });
});
