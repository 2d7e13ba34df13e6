import type { World } from '../../sandbox/world.ts';
import { purchaseIdOf } from '../../src/orders/ids.ts';
import { isOurs, type Sale } from './buyers.ts';
import { wrongMessages } from './ledger-messages.ts';
import type { PurchaseRow, Wrong } from './ledger-rows.ts';
import { wrongActs } from './ledger-staff.ts';
import type { Heard } from './pings.ts';

/** What was seen while it went on. `deleted`: messages that a person took away. */
export type Seen = Heard & { deleted: ReadonlySet<string> };

/** Compares what was sold with what is there: in the database, on the panel, in Discord. */
export async function readLedger(world: World, sales: Sale[], seen: Seen): Promise<Wrong[]> {
  const rows = await world.database<PurchaseRow[]>`
    select p.*, i.closed_at as incident_closed_at, i.severity as incident_severity
    from orderly_purchases p left join orderly_incidents i on i.id = p.incident_id`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return [
    ...(await wrongEvents(world)),
    ...sales.flatMap((sale) => wrongSale(world, sale, byId.get(purchaseIdOf(sale.sessionId)))),
    ...wrongServers(world, sales),
    ...(await wrongOrders(world)),
    ...(await wrongMessages(world, rows, seen.deleted)),
    ...(await wrongPings(world, seen)),
    ...(await wrongActs(world)),
  ];
}

/** The database tells its own time from the machine's, as we do; a row is written before its answer comes. */
const ROUNDING_MS = 1_000;

/** P1: what was acknowledged is stored, and was when it was acknowledged: what is found by asking comes later. */
async function wrongEvents({ database, stripe }: World): Promise<Wrong[]> {
  const rows = await database<{ id: string; at: number }[]>`
    select id, extract(epoch from received_at)::float8 * 1000 as at from orderly_events`;
  const stored = new Map(rows.map(({ id, at }) => [id, at]));
  return stripe.events.flatMap(({ id, type, deliveries }) => {
    const taken = deliveries.find(({ status }) => status !== null && status >= 200 && status < 300);
    const at = stored.get(id) ?? Number.POSITIVE_INFINITY;
    if (!taken || at <= (taken.answeredMs ?? 0) + ROUNDING_MS) return [];
    return [{ promise: 'what was acknowledged is stored', what: `${type} ${id}` }];
  });
}

function wrongSale({ panel }: World, sale: Sale, row: PurchaseRow | undefined): Wrong[] {
  const wrong = (promise: string, detail: string) => [
    { promise, what: `${sale.kind} ${sale.sessionId} ${row?.id ?? ''}: ${detail}` },
  ];
  if (!row) return isOurs(sale) ? wrong('every purchase is known', 'there is no row of it') : [];
  const servers = panel.state.servers.filter(
    ({ externalId }) => externalId !== null && [row.id, row.order_id].includes(externalId),
  );
  if (servers.length > 1) return wrong('never two servers', `${servers.length} servers`);
  const isAlerted =
    row.incident_id !== null && row.incident_closed_at === null && row.incident_severity === 'alert';
  const detail = `payment ${row.payment}, problem ${row.problem_code}, failure ${row.failure_code}, install ${row.install}, closed ${row.closed_at}`;
  const isStopped = (sale.kind === 'refunded' || sale.kind === 'cancelled') && row.closed_at !== null;
  if (sale.isBare || sale.kind === 'unknown_plan') {
    if (servers.length > 0) return wrong('no server without a paid order', detail);
    return isAlerted || isStopped || sale.kind === 'bounced'
      ? []
      : wrong('one server or one open alert', detail);
  }
  switch (sale.kind) {
    case 'addon':
    case 'bounced':
      return servers.length === 0 ? [] : wrong('no server without a paid order', detail);
    case 'refunded':
    case 'cancelled':
      return servers.length === 1 || isAlerted || isStopped
        ? []
        : wrong('one server, one open alert or closed', detail);
    default:
      if (servers.length === 1) {
        const isHeld = row.panel_server_id !== null && Number(row.panel_server_id) === servers[0]!.id;
        return isHeld
          ? []
          : wrong(
              'the order knows its server',
              `it has ${row.panel_server_id}, the panel ${servers[0]!.id}; ${detail}`,
            );
      }
      return isAlerted ? [] : wrong('one server or one open alert', detail);
  }
}

/** Servers that are nobody's, or whose order was not paid. */
function wrongServers({ panel }: World, sales: Sale[]): Wrong[] {
  const ids = new Set(sales.map(({ sessionId }) => purchaseIdOf(sessionId)));
  return panel.state.servers
    .filter(({ externalId }) => externalId === null || !ids.has(externalId))
    .map(({ id, externalId }) => ({
      promise: 'no server without a paid order',
      what: `server ${id} of ${externalId}`,
    }));
}

/** The site's own table: one order a purchase, with the same server. */
async function wrongOrders({ database }: World): Promise<Wrong[]> {
  const twice =
    await database`select stripe_sub_id as what, count(*) from orders where stripe_sub_id is not null
    group by 1 having count(*) > 1`;
  const other =
    await database`select o.id::text as what from orders o join orderly_purchases p on p.order_id = o.id::text
    where o.pterodactyl_server_id is distinct from p.panel_server_id::text`;
  return [
    ...twice.map(({ what }) => ({ promise: 'one order a purchase', what: String(what) })),
    ...other.map(({ what }) => ({ promise: "the site's order knows its server", what: String(what) })),
  ];
}

/** P5: one ping an alert, and one a step of its escalation. */
async function wrongPings({ database }: World, { pings }: Heard): Promise<Wrong[]> {
  const byRow = Map.groupBy(pings, ({ mark }) => mark);
  const twice = [...byRow].filter(([, all]) => all.length > 1);
  const nobodys = pings.filter(({ mark }) => mark === null);
  const pinged = new Set(pings.map(({ incident }) => incident));
  const open = await database`select i.id, i.code, i.acked_at from orderly_incidents i
    where closed_at is null and severity = 'alert' and acked_at is null and first_acked_at is null`;
  return [
    ...twice.map(([mark, all]) => ({
      promise: 'one ping an incident',
      what: `message row ${mark} pinged ${all.length} times: ${all.map(({ words }) => words).join(' | ')}`,
    })),
    ...nobodys.map(({ words }) => ({
      promise: 'one ping an incident',
      what: `a ping of no incident: ${words}`,
    })),
    ...open
      .filter(({ id }) => !pinged.has(String(id)))
      .map(({ id, code }) => ({ promise: 'an open alert has pinged', what: `incident ${id}, ${code}` })),
  ];
}
