import fc from 'fast-check';
import { chore } from './chores.ts';
import type { Step } from './command.ts';
import { deliverAgain, deliverSession, deliverStop, deliverTwo } from './deliver.ts';
import { cutConnections, healPanel, panelFault, slowPanel, wingsFault } from './faults.ts';
import { advance, crash, goOn, goTo, release, work } from './schedule.ts';
import { close, pause, reinstall, resume, retry, retryIncidents } from './staff.ts';
import { strangerServer } from './stranger.ts';
import { hint, sweep } from './sweep.ts';
import { lostCreate, meanwhile, meetInIncident, meetOnPort } from './trouble.ts';

const commands = [
  deliverSession,
  deliverAgain,
  deliverStop,
  deliverTwo,
  sweep,
  hint,
  release,
  goOn,
  goTo,
  work,
  crash,
  meanwhile,
  lostCreate,
  meetInIncident,
  meetOnPort,
  cutConnections,
  advance,
  panelFault,
  wingsFault,
  slowPanel,
  healPanel,
  retry,
  retryIncidents,
  close,
  reinstall,
  pause,
  resume,
  chore,
  strangerServer,
];

/** Begins with a sale, so that there is something to do. */
export const steps: fc.Arbitrary<Step[]> = fc
  .tuple(
    deliverSession.arbitrary,
    fc.array(fc.oneof(...commands), { minLength: 5, maxLength: 50, size: 'max' }),
  )
  .map(([first, rest]) => [first, ...rest]);
