import type { SettingProblem } from '../../config.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warn, bad } = findingsOf('settings');

/** `watch` is null where another process watches: its settings are not these. */
export type SettingsDeps = {
  problems: SettingProblem[];
  watch: { hasHeartbeat: boolean; hasPager: boolean } | null;
};

/** What the settings tell by themselves. Heartbeat and pager are not called: the one would hide a death, the other wake somebody. Pure. */
export function checkSettings({ problems, watch }: SettingsDeps): Finding[] {
  const wrong = problems.map(({ name, message }) =>
    bad(name, message, `Set ${name} in the environment or in .env.`),
  );
  const first = wrong.length > 0 ? wrong : [ok('settings', 'all can be read')];
  return watch === null ? first : [...first, ...watchFindings(watch)];
}

function watchFindings({ hasHeartbeat, hasPager }: NonNullable<SettingsDeps['watch']>): Finding[] {
  const page = 'README.md, "Who watches Orderly".';
  return [
    hasHeartbeat
      ? ok('HEARTBEAT_URL', 'set; it is not called from here')
      : warn('HEARTBEAT_URL', 'not set: nobody hears of an Orderly that is dead', page),
    hasPager
      ? ok('PAGER_URL', 'set; it is not called from here')
      : warn('PAGER_URL', 'not set: nobody is called while Discord is away', page),
  ];
}
