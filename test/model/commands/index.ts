import fc from 'fast-check';
import type { Step } from './command.ts';
import { deliverAgain, deliverSession, deliverStop } from './deliver.ts';
import { healPanel, panelFault, slowPanel, wingsFault } from './faults.ts';
import { advance, crash, goOn, goTo, release } from './schedule.ts';
import { retry } from './staff.ts';
import { strangerServer } from './stranger.ts';
import { hint, sweep } from './sweep.ts';

const commands = [
  deliverSession,
  deliverAgain,
  deliverStop,
  sweep,
  hint,
  release,
  goOn,
  goTo,
  crash,
  advance,
  panelFault,
  wingsFault,
  slowPanel,
  healPanel,
  retry,
  strangerServer,
];

export const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(...commands), {
  minLength: 5,
  maxLength: 60,
  size: 'max',
});
