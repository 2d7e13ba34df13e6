import type { SettingProblem } from '../../config.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warn, bad } = findingsOf('settings');

export type SettingsDeps = { problems: SettingProblem[]; hasHeartbeat: boolean; hasPager: boolean };

/** What the settings tell by themselves. Heartbeat and pager are not called: the one would hide a death, the other wake somebody. Pure. */
export function checkSettings({ problems, hasHeartbeat, hasPager }: SettingsDeps): Finding[] {
  const wrong = problems.map(({ name, message }) =>
    bad(name, message, `Set ${name} in the environment or in .env.`),
  );
  const watch = 'README.md, "Who watches Orderly".';
  return [
    ...(wrong.length > 0 ? wrong : [ok('settings', 'all can be read')]),
    hasHeartbeat
      ? ok('HEARTBEAT_URL', 'set; it is not called from here')
      : warn('HEARTBEAT_URL', 'not set: nobody hears of an Orderly that is dead', watch),
    hasPager
      ? ok('PAGER_URL', 'set; it is not called from here')
      : warn('PAGER_URL', 'not set: nobody is called while Discord is away', watch),
  ];
}
