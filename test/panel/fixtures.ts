import { vi } from 'vitest';
import type {
  NewPanelServer,
  NewPanelUser,
  PanelClient,
  PanelFault,
  PanelResult,
} from '../../src/panel/client.ts';

/** Waits until a check no longer throws; long enough for a busy machine, and at once when it holds. */
export function waitUntil<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000, interval: 5 });
}

/** The fault of a result that must be one. */
export function faultOf(result: PanelResult<unknown>): PanelFault {
  if (result.kind === 'fault') return result.fault;
  throw new Error('the panel did it');
}

/** The value of a result that must be one; a fault fails the test with its own description. */
export function okValue<T>(result: PanelResult<T>): T {
  if (result.kind === 'ok') return result.value;
  throw new Error(`the panel did not do it: ${JSON.stringify(result.fault)}`);
}

export function newUser(changes: Partial<NewPanelUser> = {}): NewPanelUser {
  return {
    externalId: 'user-1',
    email: 'buyer@example.com',
    username: 'buyer1',
    firstName: 'Buy',
    lastName: 'Er',
    ...changes,
  };
}

/** A server of the panel's first user, with every default of its egg as the panel tells it. */
export async function newServer(
  client: PanelClient,
  changes: Partial<NewPanelServer> = {},
): Promise<NewPanelServer> {
  const eggId = changes.eggId ?? 1;
  const egg = okValue(await client.findEgg(eggId));
  if (!egg) throw new Error(`the panel has no egg ${eggId}`);
  return {
    externalId: 'order-1',
    name: 'A server',
    userId: 1,
    eggId,
    dockerImage: egg.dockerImages[0] ?? '',
    startup: egg.startup,
    environment: Object.fromEntries(egg.variables.map((row) => [row.envVariable, row.defaultValue])),
    limits: { memory: 2048, swap: 0, disk: 10_240, io: 500, cpu: 100 },
    featureLimits: { databases: 1, allocations: 0, backups: 1 },
    allocationId: 1,
    ...changes,
  };
}
