import { until, type World } from '../../sandbox/world.ts';
import { SLOW_DELIVERY_MS } from './timings.ts';

export type Sale = { sessionId: string; eventId: string };

/** When a sale is looked at: told by what is there, never by what the report should say. */
export type Moment = keyof typeof MOMENTS;

const MOMENTS = {
  /** At once. */
  now: async () => {},
  /** Its row is there. */
  stored: (world, sale) => row(world, sale, () => true),
  /** Its order is there. */
  ordered: (world, sale) => row(world, sale, (p) => p.order_id !== null),
  /** Staff were called for it. */
  alert: (world, sale) => row(world, sale, (p) => p.incident_id !== null),
  /** A second try has ended, and staff were called for that one. */
  alert_again: (world, sale) =>
    row(world, sale, (p) => p.incident_id !== null && Number(p.tries) > 1 && p.failure_code !== null),
  /** A try met something and the next one is to come. */
  trying: (world, sale) => row(world, sale, (p) => p.failure_code !== null),
  /** Its server is being installed. */
  installing: (world, sale) => row(world, sale, (p) => p.install === 'installing'),
  /** The watch has seen its server suspended. */
  suspended: (world, sale) => row(world, sale, (p) => p.install_suspended === true),
  /** The game runs. */
  ready: (world, sale) => row(world, sale, (p) => p.install === 'ready'),
  /** Nothing of it is to come. */
  closed: (world, sale) => row(world, sale, (p) => p.closed_at !== null),
  /** Its first delivery has been tried. */
  delivered: (world) => world.stripe.idle(),
  /** Its event is older than slow deliveries are. */
  undelivered: async (world) => {
    await world.stripe.idle();
    await world.clock.sleep(SLOW_DELIVERY_MS + 2_000);
  },
  /** The first repetition has failed as well, and the next is far. */
  repeated: (world, sale) => until('a repeated delivery', () => deliveriesOf(world, sale) > 1),
  /** No process has shown a sign of life for long. */
  silent: (world) =>
    until(
      'silence',
      async () => {
        const [one] = await world.database`select orderly_now() - max(until) > interval '65 seconds' as silent
          from orderly_leases where name like 'chore:%'`;
        return one?.silent === true;
      },
      30_000,
    ),
} satisfies Record<string, (world: World, sale: Sale) => Promise<unknown>>;

export async function reach(world: World, sale: Sale, moment: Moment): Promise<void> {
  await MOMENTS[moment](world, sale);
}

function deliveriesOf(world: World, { eventId }: Sale): number {
  return (
    world.stripe.events
      .find(({ id }) => id === eventId)
      ?.deliveries.filter(({ status, error }) => status !== null || error !== null).length ?? 0
  );
}

function row(world: World, { sessionId }: Sale, isSo: (p: Record<string, unknown>) => boolean) {
  return until(`the purchase of ${sessionId} as wanted`, async () => {
    const [p] = await world.database`select p.*, (select count(*) from orderly_attempts a
      where a.purchase_id = p.id and a.ended_at is not null) as tries
      from orderly_purchases p where session_id = ${sessionId}`;
    return p !== undefined && isSo(p);
  });
}
