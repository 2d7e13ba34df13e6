import fc from 'fast-check';
import { noFaults, type PanelFaults } from '../../../sandbox/panel/faults.ts';
import { command } from './command.ts';

const SWITCHES = [
  'down',
  'maintenance',
  'html502',
  'rateLimited',
  'keyRevoked',
  'databaseDown',
  'usersDeadlock',
  'cutBeforeCreate',
  'cutAfterCreate',
  'cutAfterCreate',
  'installFails',
  'installNever',
] as const satisfies (keyof PanelFaults)[];

export const panelFault = command({
  name: 'panel fault',
  weight: 2,
  input: fc.record({ name: fc.constantFrom(...SWITCHES), isOn: fc.boolean() }),
  run: async ({ panel, settle }, { name, isOn }) => {
    panel.context.faults[name] = isOn;
    if (name === 'down' && isOn) panel.cut();
    await settle();
  },
});

export const wingsFault = command({
  name: 'wings',
  weight: 4,
  input: fc.record({
    node: fc.integer({ min: 1, max: 3 }),
    mode: fc.constantFrom('hang', 'hang_all', 'hang_all', 'down', '500', '404', '422', '200html', 'ok'),
  }),
  run: async ({ panel }, { node, mode }) => {
    panel.context.faults.wings[node] = mode as 'ok';
  },
});

export const cutConnections = command({
  name: 'cut connections',
  weight: 1,
  input: fc.constant({}),
  run: async ({ panel, settle }) => {
    panel.cut();
    await settle();
  },
});

export const slowPanel = command({
  name: 'slow panel',
  weight: 1,
  input: fc.record({ ms: fc.constantFrom(0, 2_000, 20_000) }),
  run: async ({ panel }, { ms }) => {
    panel.context.faults.slowMs = ms;
  },
});

export const healPanel = command({
  name: 'heal panel',
  weight: 3,
  input: fc.constant({}),
  run: async ({ panel }) => {
    Object.assign(panel.context.faults, noFaults());
  },
});
