import { z } from 'zod';
import type { ServerRow } from '../../../sandbox/panel/rows.ts';
import { purchaseSchema } from '../../../src/orders/purchase.ts';
import type { Sale } from '../sales.ts';
import type { ModelWorld } from '../world.ts';

const purchase = purchaseSchema
  .pick({
    id: true,
    session_id: true,
    order_id: true,
    subscription_id: true,
    payment: true,
    item_type: true,
    look_at: true,
    panel_server_id: true,
    install: true,
    failure_code: true,
    incident_id: true,
    provisioned_at: true,
    ready_at: true,
    closed_at: true,
    create_sent_at: true,
  })
  .loose();
const order = z.looseObject({
  id: z.string(),
  status: z.string(),
  stripe_sub_id: z.string().nullable(),
  pterodactyl_server_id: z.string().nullable(),
});
const incident = z.looseObject({
  id: z.number(),
  fingerprint: z.string(),
  code: z.string(),
  severity: z.enum(['alert', 'warning']),
  closed_at: z.string().nullable(),
});
const member = z.looseObject({
  incident_id: z.number(),
  purchase_id: z.string(),
  left_at: z.string().nullable(),
});
const timeline = z.looseObject({
  id: z.number(),
  purchase_id: z.string(),
  kind: z.string(),
  detail: z.string().nullable(),
});
const attempt = z.looseObject({
  purchase_id: z.string(),
  number: z.number(),
  ended_at: z.string().nullable(),
});
const message = z.looseObject({ kind: z.string(), subject: z.string() });
const reservation = z.looseObject({ purchase_id: z.string(), allocation_id: z.number() });

const tables = {
  purchases: ['orderly_purchases', purchase],
  orders: ['orders', order],
  incidents: ['orderly_incidents', incident],
  members: ['orderly_incident_purchases', member],
  timeline: ['orderly_timeline', timeline],
  attempts: ['orderly_attempts', attempt],
  messages: ['orderly_messages', message],
  reservations: ['orderly_reservations', reservation],
} as const;

export type Purchase = z.infer<typeof purchase>;

/** Everything that can be seen from outside at one moment. */
export type Snapshot = {
  purchases: Purchase[];
  orders: z.infer<typeof order>[];
  incidents: z.infer<typeof incident>[];
  members: z.infer<typeof member>[];
  timeline: z.infer<typeof timeline>[];
  attempts: z.infer<typeof attempt>[];
  messages: z.infer<typeof message>[];
  reservations: z.infer<typeof reservation>[];
  servers: ServerRow[];
  sales: Sale[];
  world: ModelWorld;
};

export async function takeSnapshot(world: ModelWorld): Promise<Snapshot> {
  const parts = Object.entries(tables).map(
    ([name, [table]]) => `'${name}', (select coalesce(jsonb_agg(to_jsonb(t)), '[]') from ${table} t)`,
  );
  const [row] = await world.database.sql.unsafe(`select jsonb_build_object(${parts.join(', ')}) as rows`);
  const shape = z.object(
    Object.fromEntries(Object.entries(tables).map(([name, [, schema]]) => [name, z.array(schema)])),
  );
  const rows = shape.parse(row?.rows) as unknown as Omit<Snapshot, 'servers' | 'sales' | 'world'>;
  return { ...rows, servers: world.panel.context.state.servers, sales: world.sales, world };
}

export type Invariant = (snapshot: Snapshot) => void;

/** @throws Error that names each of `broken`. */
export function none(what: string, broken: unknown[]): void {
  if (broken.length > 0) throw new Error(`${what}: ${broken.map((one) => JSON.stringify(one)).join(', ')}`);
}

export const isOpen = (snapshot: Snapshot, incidentId: number | null) =>
  snapshot.incidents.some(({ id, closed_at }) => id === incidentId && closed_at === null);

/** The kinds of a purchase's timeline, oldest first. */
export const kindsOf = (snapshot: Snapshot, purchaseId: string) =>
  snapshot.timeline
    .filter(({ purchase_id }) => purchase_id === purchaseId)
    .toSorted((a, b) => a.id - b.id)
    .map(({ kind }) => kind);
