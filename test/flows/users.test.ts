import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import type { UserRow } from '../../sandbox/panel/rows.ts';
import { until, type World } from '../../sandbox/world.ts';
import { panelUsername } from '../../src/orders/ids.ts';
import { alerts, purchaseOf, row, type Sale, serversOf, textOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 8 });

beforeEach(() => {
  held.get().panel.faults.usersDeadlock = false;
});

it('a returning buyer costs the panel one create and no question about the user', async () => {
  const world = held.get();
  const userId = randomUUID();
  await untilReady(world, await buyAs(world, userId));
  const before = world.panel.requests.length;
  const again = await buyAs(world, userId);
  await untilReady(world, again);
  const asked = world.panel.requests.slice(before).filter((request) => request.path.includes('/users'));
  expect(asked).toEqual([]);
  const [first, second] = world.panel.state.servers.filter(
    (server) => ownerOf(world, server.userId)?.externalId === userId,
  );
  expect(second?.userId).toBe(first?.userId);
});

it('an e-mail that only contains the one looked for is somebody else: a new user is made', async () => {
  const world = held.get();
  plant(world, { email: 'longer-ann@example.com', externalId: 'somebody-else', username: 'longer' });
  const sale = await buyAs(world, randomUUID(), 'ann@example.com');
  await untilReady(world, sale);
  expect(ownerOf(world, serversOf(world, sale.id)[0]!.userId)?.email).toBe('ann@example.com');
});

it('when the panel says that the user is taken, an account whose e-mail only contains ours is not it', async () => {
  const world = held.get();
  const userId = randomUUID();
  const longer = plant(world, { email: 'longer-eve@example.com', externalId: null, username: 'longer2' });
  // Why the panel refuses the new one: its username is somebody's.
  plant(world, { email: 'other@example.com', externalId: null, username: panelUsername(userId) });
  const sale = await buyAs(world, userId, 'eve@example.com');
  await until('its failure', async () => (await row(world, sale.id)).failure_code === 'user_conflict');
  expect(longer.externalId).toBeNull();
  expect(serversOf(world, sale.id)).toEqual([]);
});

it('an account of the panel with exactly this e-mail and no external id is linked, whatever its case', async () => {
  const world = held.get();
  const old = plant(world, { email: 'Bo@Example.com', externalId: null, username: 'bob' });
  const userId = randomUUID();
  const sale = await buyAs(world, userId, 'bo@example.com');
  await untilReady(world, sale);
  expect(serversOf(world, sale.id)[0]?.userId).toBe(old.id);
  expect(old.externalId).toBe(userId);
});

it.each([
  [
    'has another external id',
    { externalId: 'customer-of-another-shop', rootAdmin: false },
    'another external id',
  ],
  ['is an administrator', { externalId: null, rootAdmin: true }, 'an administrator'],
])('an account that %s is never given a server: a person decides', async (_name, whose, words) => {
  const world = held.get();
  const email = `${randomUUID().slice(0, 8)}@example.com`;
  plant(world, { email, username: `x${email.slice(0, 8)}`, ...whose });
  const sale = await buyAs(world, randomUUID(), email);
  const alert = await until('an alert', () =>
    alerts(world).find((one) => textOf(one).includes(`inspect:${sale.id}`)),
  );
  expect(textOf(alert)).toContain('belongs to another account');
  expect((await row(world, sale.id)).failure_detail).toContain(words);
  expect(serversOf(world, sale.id)).toEqual([]);
});

it('ten new buyers at once never make two users at a time, which would deadlock the panel', async () => {
  const world = held.get();
  world.panel.faults.usersDeadlock = true;
  const sales = await Promise.all(Array.from({ length: 10 }, () => buyAs(world, randomUUID())));
  for (const sale of sales) await untilReady(world, sale, 30_000);
  const refused = world.panel.requests.filter((one) => one.path.includes('/users') && one.status === 500);
  expect(refused).toEqual([]);
});

it('a panel user that somebody deleted is made again, and the order goes through', async () => {
  const world = held.get();
  const userId = randomUUID();
  const first = await buyAs(world, userId);
  await untilReady(world, first);
  const { users, servers } = world.panel.state;
  world.panel.deleteServer(servers.find((server) => server.externalId === first.id)!.id);
  users.splice(
    users.findIndex((user) => user.externalId === userId),
    1,
  );
  const again = await buyAs(world, userId);
  await untilReady(world, again, 30_000);
  expect(ownerOf(world, serversOf(world, again.id)[0]!.userId)?.externalId).toBe(userId);
});

it('a server that the panel has for the order already is taken over, and one with another owner is not', async () => {
  const world = held.get();
  world.panel.faults.down = true;
  const [own, foreign] = [await buyAs(world, randomUUID()), await buyAs(world, randomUUID())];
  const owners = [own, foreign].map((sale, index) =>
    plant(world, {
      email: `o${index}${sale.id.slice(0, 6)}@example.com`,
      externalId: null,
      username: `o${index}${sale.id.slice(0, 6)}`,
    }),
  );
  const buyer = await row(world, own.id);
  owners[0]!.externalId = String(buyer.user_id);
  for (const [index, sale] of [own, foreign].entries()) plantServer(world, sale, owners[index]!);
  world.panel.faults.down = false;
  await untilReady(world, own, 30_000);
  const alert = await until(
    'an alert',
    () => alerts(world).find((one) => textOf(one).includes('not what was bought')),
    30_000,
  );
  expect(textOf(alert)).toContain(`inspect:${foreign.id}`);
  for (const sale of [own, foreign]) expect(serversOf(world, sale.id)).toHaveLength(1);
  expect((await row(world, foreign.id)).panel_server_id).toBeNull();
});

async function buyAs(
  world: World,
  userId: string,
  email = `${userId.slice(0, 8)}@example.com`,
): Promise<Sale> {
  const what = { planId: 'among-us-1gb', region: 'eu-west', term: 'monthly', serverName: 'Friday crew' };
  const { sessionId } = await world.stripe.checkout({ ...what, userId, email });
  return purchaseOf(world, sessionId);
}

function ownerOf(world: World, id: number): UserRow | undefined {
  return world.panel.state.users.find((user) => user.id === id);
}

function plant(world: World, changes: Partial<UserRow>): UserRow {
  const { users } = world.panel.state;
  const user = { ...users[0]!, rootAdmin: false, ...changes, uuid: randomUUID(), id: 9000 + users.length };
  users.push(user);
  return user;
}

/** A server with the order's external id, ready for long, as a create whose answer nobody heard left it. */
function plantServer(world: World, sale: Sale, owner: UserRow): void {
  const { servers, allocations, eggs } = world.panel.state;
  const port = allocations.find((one) => one.serverId === null)!;
  const egg = eggs.find((one) => one.id === 2)!;
  const id = 9000 + servers.length;
  servers.push({
    ...{ id, externalId: sale.id, uuid: randomUUID(), name: 'there already', description: '', status: null },
    ...{
      userId: owner.id,
      nodeId: port.nodeId,
      allocationId: port.id,
      eggId: egg.id,
      image: 'x',
      startup: 'x',
    },
    ...{ environment: {}, oomDisabled: true, createdAtMs: 0, updatedAtMs: 0 },
    limits: { memory: 1024, swap: 0, disk: 1024, io: 500, cpu: 0, threads: null },
    featureLimits: { databases: 0, allocations: 0, backups: 0 },
  });
  port.serverId = id;
}
