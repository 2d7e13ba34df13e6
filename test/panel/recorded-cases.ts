import type { WingsMode } from '../../sandbox/panel/faults.ts';
import type { PanelSimulator } from '../../sandbox/panel/start-panel.ts';
import { buyer, server } from './recorded-world.ts';

/** Brings the recorded world to the state that a recording implies. */
export type Setup = (panel: PanelSimulator) => void;

const wings =
  (mode: WingsMode): Setup =>
  (panel) => {
    panel.faults.wings[1] = mode;
  };

const withFault =
  (
    name:
      | 'maintenance'
      | 'databaseDown'
      | 'redisDown'
      | 'rateLimited'
      | 'twoFactorRequired'
      | 'ownerNotAdmin',
  ): Setup =>
  (panel) => {
    panel.faults[name] = true;
  };

/** The server with this id, in this state, on the port of the same number. */
const withServer =
  (id: number, changes: Parameters<typeof server>[1] = {}): Setup =>
  ({ state }) => {
    const index = state.servers.findIndex((row) => row.id === id);
    if (index >= 0) state.servers.splice(index, 1);
    state.servers.push(server(id, changes));
    for (const port of state.allocations) if (port.id === id) port.serverId = id;
  };

const all =
  (...setups: Setup[]): Setup =>
  (panel) => {
    for (const setup of setups) setup(panel);
  };

const noServers: Setup = (panel) => panel.deleteServer(1);
const manyUsers: Setup = ({ state }) => {
  for (let id = 3; id <= 60; id += 1) state.users.push(buyer(id));
};

/** Recordings that need more than the recorded world itself. */
export const setups: Record<string, Setup> = {
  'admin-2fa-required': withFault('twoFactorRequired'),
  'auth-client-key': manyUsers,
  'delete-force-wings-down': all(withServer(4), wings('reset')),
  'delete-ok': withServer(3),
  'delete-wings-404': all(withServer(5), wings('404')),
  'delete-wings-500': all(withServer(5), wings('500')),
  'delete-wings-down': all(withServer(5), wings('reset')),
  'key-owner-not-admin': withFault('ownerNotAdmin'),
  'panel-db-refuses': withFault('databaseDown'),
  'panel-maintenance-mode': withFault('maintenance'),
  'panel-maintenance-mode-no-accept': withFault('maintenance'),
  'panel-redis-down': withFault('redisDown'),
  'panel-redis-down-create': withFault('redisDown'),
  'patch-build-wings-down': wings('reset'),
  'patch-details-dup-external': withServer(2),
  'rate-limited-429': withFault('rateLimited'),
  'rate-limited-429-no-accept': withFault('rateLimited'),
  'rate-limited-429-other-key-same-user': withFault('rateLimited'),
  'reinstall-ok': withServer(18),
  'server-get-suspended': withServer(1, { status: 'suspended' }),
  'servers-create-explicit-ok': noServers,
  'servers-create-wings-200html': wings('200html'),
  'servers-create-wings-401': wings('401'),
  'servers-create-wings-404': wings('404'),
  'servers-create-wings-422': wings('422'),
  'servers-create-wings-500': wings('500'),
  'servers-create-wings-502': wings('502'),
  'servers-create-wings-down': (panel) => {
    panel.faults.wings[2] = 'down';
  },
  'servers-create-wings-hang': wings('hang'),
  'servers-create-wings-hang-all': wings('hang_all'),
  'servers-create-wings-reset': wings('reset'),
  'servers-delete-force-ok': withServer(7),
  'servers-external-hit-installing': withServer(1, { status: 'installing' }),
  'servers-get-install-failed': withServer(18, { externalId: 'sub_if', status: 'install_failed' }),
  'servers-list-page': withServer(2),
  'servers-list-installing-and-ready': withServer(2),
  'servers-sort-page': all(withServer(2), withServer(3), withServer(4), withServer(5)),
  // A call of the daemon would fail: it is not made.
  'suspend-again': all(withServer(1, { status: 'suspended' }), wings('down')),
  'suspend-while-installing': withServer(19, { status: 'installing' }),
  'suspend-wings-404': wings('404'),
  'suspend-wings-500': wings('500'),
  'suspend-wings-down': wings('reset'),
  'unsuspend-again': wings('down'),
  'unsuspend-ok': withServer(1, { status: 'suspended' }),
  'unsuspend-while-installing': withServer(19, { status: 'suspended' }),
  'user-delete-ok': ({ state }) => state.users.push(buyer(3)),
  'users-create-ok': all(noServers, ({ state }) => state.users.pop()),
  'users-external-after-duplicate': ({ state }) =>
    state.users.push(buyer(3, { externalId: 'x-0' }), buyer(4, { externalId: 'x-0' })),
  'users-include-servers': ({ state }) => {
    state.users[1] = buyer(2, { externalId: 'cus_1b' });
  },
};

/** Recordings of several requests, which have tests of their own. */
export const multiRequest = [
  'client-abort-create',
  'ghost-server-during-hang',
  'race-additional-allocation',
  'race-capacity',
  'race-deploy-one-allocation',
  'race-distinct-users-no-password',
  'race-explicit-same-allocation',
  'race-same-external-id',
  'race-user-external-id-both-created',
  'race-user-same-email',
];

/** Recordings that the simulator is not held against, and why. */
export const notCovered: Record<string, string> = {
  'race-user-external-id':
    'the loser met DataValidationException by chance; the simulator answers QueryException, which callers treat alike',
};
