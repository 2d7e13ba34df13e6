import { randomUUID } from 'node:crypto';
import type { ServerRow, UserRow } from '../../sandbox/panel/rows.ts';
import { until, type World } from '../../sandbox/world.ts';
import type { Sale } from './moments.ts';

/** SQL as the site's owner, or whoever is at the database, runs it. */
export const sql = (text: string) => (world: World) => world.database.unsafe(text);

/** An ordinary sale of somebody else. */
export async function sellToAnother(world: World): Promise<Sale> {
  return sell(world, { email: `other-${randomUUID().slice(0, 8)}@example.com`, serverName: 'Another one' });
}

/** A buyer completes a checkout. */
export async function sell(
  world: World,
  order: Partial<Parameters<World['stripe']['checkout']>[0]>,
): Promise<Sale> {
  const userId = randomUUID();
  const { sessionId, eventId } = await world.stripe.checkout({
    planId: 'among-us-1gb',
    region: 'eu-west',
    serverName: 'Friday crew',
    userId,
    email: `buyer-${userId.slice(0, 8)}@example.com`,
    ...order,
  });
  return { sessionId, eventId };
}

/** The metadata of an ordinary sale, changed; null leaves a key out. */
export function metadata(changes: Record<string, string | null>): Record<string, string> {
  const whole = {
    item_type: 'game',
    plan_id: 'among-us-1gb',
    region: 'eu-west',
    server_name: 'Friday crew',
    term: 'monthly',
    user_id: randomUUID() as string,
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(whole).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

export async function purchaseOf(world: World, { sessionId }: Sale): Promise<Record<string, unknown>> {
  const [p] = await world.database`select * from orderly_purchases where session_id = ${sessionId}`;
  return p ?? {};
}

/** A member of staff presses or types something. */
export async function act(world: World, sale: Sale, action: object): Promise<void> {
  const { id } = await purchaseOf(world, sale);
  const press = {
    interaction: randomUUID(),
    actor_id: '1',
    actor_name: 'bench',
    target: id,
    pace_ms: 1_000,
    deadline_ms: 600_000,
    ...action,
  };
  await world.database`select orderly_act(${JSON.stringify(press)})`;
}

/** The server that the panel has for a sale. */
export async function serverOf(world: World, sale: Sale): Promise<ServerRow> {
  const { order_id: id } = await purchaseOf(world, sale);
  return until('a server', () => world.panel.state.servers.find((server) => server.externalId === id));
}

/** An account that somebody made on the panel. */
export function panelUser(world: World, changes: Partial<UserRow>): void {
  const [admin] = world.panel.state.users;
  const id = 900 + world.panel.state.users.length;
  const made = { id, uuid: randomUUID(), username: `by-hand-${id}`, rootAdmin: false, externalId: null };
  world.panel.state.users.push({ ...admin!, ...made, ...changes });
}

/** A server that somebody made on the panel under this order, for somebody else. */
export async function foreignServer(world: World, sale: Sale): Promise<void> {
  const { order_id: id } = await purchaseOf(world, sale);
  const { state } = world.panel;
  const port = state.allocations.findLast(({ serverId }) => serverId === null)!;
  state.servers.push({
    id: 900,
    externalId: String(id),
    uuid: randomUUID(),
    name: 'by hand',
    description: '',
    status: null,
    userId: 1,
    nodeId: port.nodeId,
    allocationId: port.id,
    eggId: 2,
    image: 'ghcr.io/pterodactyl/yolks:nodejs_18',
    startup: 'node .',
    environment: {},
    limits: { memory: 1024, swap: 0, disk: 5120, io: 500, cpu: 100, threads: null },
    featureLimits: { databases: 0, allocations: 0, backups: 0 },
    oomDisabled: true,
    createdAtMs: 0,
    updatedAtMs: 0,
  });
  port.serverId = 900;
}
