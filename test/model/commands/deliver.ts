import fc from 'fast-check';
import type { EventToStore } from '../../../src/store/store.ts';
import { sessionEvent, stopEvent } from '../sales.ts';
import type { ModelWorld } from '../world.ts';
import { COMMON, command, isDirect, pick, saleIndex } from './command.ts';

/** Stripe says how a checkout session stands; several such events for one session are ordinary. */
export const deliverSession = command({
  name: 'deliver session',
  weight: 5,
  input: fc.record({
    sale: saleIndex,
    payment: fc.constantFrom('paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'waiting', 'failed'),
    isDirect,
  }),
  run: (world, { sale, payment, isDirect }) => ingestSession(world, sale, payment as 'paid', isDirect),
});

/** Stripe delivers at least once. */
export const deliverAgain = command({
  name: 'deliver again',
  weight: 2,
  input: fc.record({ sale: saleIndex, event: fc.nat({ max: 5 }), isDirect }),
  run: async (world, { sale, event: index, isDirect }) => {
    const event = pick(world.sales[sale]!.events, index);
    if (event) await ingest(world, event, isDirect);
  },
});

export const deliverStop = command({
  name: 'deliver stop',
  weight: 1,
  input: fc.record({ sale: saleIndex, reason: fc.constantFrom('refunded', 'cancelled'), isDirect }),
  run: (world, { sale, reason, isDirect }) => ingestStop(world, sale, reason, isDirect),
});

/** Two endpoints, or two events of one checkout, at the same time: the second comes while the first is not committed. */
export const deliverTwo = command({
  name: 'deliver two',
  weight: 2,
  input: fc.record({ first: fc.constantFrom('waiting', 'paid', 'stop') }),
  run: async (world, { first }) => {
    const sale = world.sales[unsold(world)]!;
    const paid = sessionEvent(sale, `evt_${world.next()}`, 'paid', now(world));
    const id = `evt_${world.next()}`;
    const other =
      first === 'stop'
        ? stopEvent(sale, id, 'refunded', now(world))
        : sessionEvent(sale, id, first as 'paid', now(world));
    sale.isPaid = true;
    sale.events.push(other, paid);
    await ingest(world, other, false);
    const gate = world
      .openGates()
      .findLast(({ actor, kind }) => actor === world.site.actor && kind === 'send');
    if (gate) await world.open(gate, 'held');
    await ingest(world, paid, true);
  },
});

const now = (world: ModelWorld) => new Date(world.clock.now()).toISOString();

export const ingestPaid = (world: ModelWorld, index: number) => ingestSession(world, index, 'paid', true);

export async function ingestStop(world: ModelWorld, index: number, reason: string, isDirect: boolean) {
  const sale = world.sales[index]!;
  const event = stopEvent(sale, `evt_${world.next()}`, reason, now(world));
  sale.events.push(event);
  await ingest(world, event, isDirect);
}

function unsold({ sales }: ModelWorld): number {
  return Math.max(
    COMMON,
    sales.findIndex(({ events }, index) => events.length === 0 && index > COMMON),
  );
}

/** Sells something that nobody has touched yet. */
export async function sellAnother(world: ModelWorld): Promise<number> {
  const index = unsold(world);
  await ingestPaid(world, index);
  return index;
}

async function ingestSession(
  world: ModelWorld,
  index: number,
  payment: 'paid' | 'waiting' | 'failed',
  isDirect: boolean,
): Promise<void> {
  const sale = world.sales[index]!;
  sale.isPaid ||= payment === 'paid';
  const event = sessionEvent(sale, `evt_${world.next()}`, payment, now(world));
  sale.events.push(event);
  await ingest(world, event, isDirect);
}

async function ingest(world: ModelWorld, event: EventToStore, isDirect: boolean): Promise<void> {
  const { actor, store } = world.site;
  world.trace.add(`Stripe delivers ${event.id}`);
  const take = async () => {
    const { events } = await store.ingest([event]);
    if (!events.some(({ status }) => status === 'stored')) return;
    if (world.stored.has(event.id)) world.refusals.push(`the event ${event.id} was taken twice`);
    world.stored.add(event.id);
  };
  // A delivery that fails is Stripe's to repeat; here it is the schedule's.
  await world.through(actor, () => void take().catch(() => {}), isDirect);
}
