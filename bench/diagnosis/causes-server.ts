import type { PanelFaults } from '../../sandbox/panel/faults.ts';
import type { World } from '../../sandbox/world.ts';
import type { FailureCode } from '../../src/orders/failures.ts';
import { act, foreignServer, panelUser, serverOf, sql } from './breaks.ts';
import type { Case, Truth } from './case.ts';
import { reach } from './moments.ts';

const failed = (cause: FailureCode, action: Truth['action'], says: RegExp): Truth => ({
  issue: 'provisioning_failed',
  cause,
  action,
  says,
});
const panel = (changes: Partial<PanelFaults>) => (world: World) =>
  void Object.assign(world.panel.faults, changes);
const LONG_AGO = { openedSecondsAgo: 7_200 };

/** The buyer, whether the purchase still stands, and what became of the server. */
export const SERVER_CAUSES: Case[] = [
  {
    name: 'the panel refuses the e-mail',
    truth: failed('user_refused', 'retry', /POST \/users → 422.*email/i),
    order: { email: 'not an e-mail' },
    until: 'alert',
  },
  {
    name: 'the e-mail belongs to another account',
    truth: failed('user_conflict', 'retry', /has this e-mail.*another external id/),
    order: { email: 'taken@example.com' },
    break: (world) => panelUser(world, { email: 'taken@example.com', externalId: 'somebody-else' }),
    until: 'alert',
  },
  {
    name: "the e-mail is an administrator's",
    truth: failed('user_conflict', 'retry', /has this e-mail.*administrator/),
    order: { email: 'admin@example.com' },
    until: 'alert',
  },
  {
    name: 'the Stripe key lacks a right when an old purchase is asked for',
    truth: failed('stripe_key_lacks', 'retry', /lacks a permission/),
    order: LONG_AGO,
    break: (world) => Object.assign(world.stripe.faults, { api403: true }),
    until: 'alert',
  },
  {
    name: 'the Stripe key is of another account',
    truth: failed('session_missing', 'retry', /no session cs_/),
    order: LONG_AGO,
    break: (world) => Object.assign(world.stripe.faults, { otherAccount: true }),
    until: 'alert',
  },
  {
    name: 'the install fails',
    truth: failed('install_failed', 'reinstall', /install_failed/),
    break: panel({ installFails: true }),
    until: 'alert',
  },
  {
    name: 'the install never finishes',
    truth: failed('install_never_finished', 'reinstall', /still installing/),
    break: panel({ installNever: true }),
    until: 'alert',
  },
  {
    name: 'something else answers for Wings',
    truth: failed('install_never_finished', 'reinstall', /still installing/),
    break: panel({ wings: { 1: '200html', 2: '200html' } }),
    until: 'alert',
  },
  {
    name: 'suspended in mid-install',
    truth: failed('install_unknown', 'retry', /suspended in mid-install/),
    break: panel({ installNever: true }),
    until: 'installing',
    afterwards: {
      do: async (world, sale) => {
        const server = await serverOf(world, sale);
        server.status = 'suspended';
        await reach(world, sale, 'suspended');
        server.status = null;
      },
      until: 'alert',
    },
  },
  {
    name: 'the server was deleted on the panel',
    truth: failed('server_gone', 'close', /no server \d+ any more/),
    until: 'ready',
    afterwards: {
      do: async (world, sale) => world.panel.deleteServer((await serverOf(world, sale)).id),
      until: 'now',
    },
  },
  {
    name: 'the server was deleted in mid-install',
    truth: failed('server_gone', 'close', /no server \d+ any more/),
    break: panel({ installNever: true }),
    until: 'installing',
    afterwards: {
      do: async (world, sale) => world.panel.deleteServer((await serverOf(world, sale)).id),
      until: 'alert',
    },
  },
  {
    name: 'the server belongs to somebody else',
    truth: failed('server_mismatch', 'none', /belongs to panel user 1, the buyer is/),
    until: 'ready',
    afterwards: {
      do: async (world, sale) => Object.assign(await serverOf(world, sale), { userId: 1 }),
      until: 'now',
    },
  },
  {
    name: "somebody else's server stands under the order",
    truth: failed('server_mismatch', 'none', /server 900/),
    break: sql(`update ptero_nodes set enabled = false where region = 'eu-west'`),
    until: 'alert',
    afterwards: {
      do: async (world, sale) => {
        await foreignServer(world, sale);
        await sql('update ptero_nodes set enabled = true')(world);
        await act(world, sale, { action: 'retry' });
      },
      until: 'alert_again',
    },
  },
  {
    name: 'the order names a server already',
    truth: failed('server_named_elsewhere', 'link', /pterodactyl_server_id is 4711/),
    break: sql(`create function public.bench_name() returns trigger language plpgsql as
      $$ begin new.pterodactyl_server_id := '4711'; return new; end $$;
      create trigger bench_name before insert on orders for each row execute function bench_name()`),
    until: 'alert',
    mend: sql('drop trigger if exists bench_name on orders; drop function if exists bench_name()'),
  },
];
