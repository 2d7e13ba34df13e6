import { until, type World } from '../../sandbox/world.ts';

/** Gives a named lease to a process that does not exist. @returns what gives it back. */
export async function takeLease(world: World, name: string): Promise<() => Promise<unknown>> {
  await world.database`
    insert into orderly_leases (name, holder, until)
    values (${name}, 'another process', orderly_now() + interval '1 day')
    on conflict (name) do update set holder = excluded.holder, until = excluded.until`;
  return () => world.database`delete from orderly_leases where name = ${name}`;
}

/** Waits until nobody holds it any more: whoever was killed gave nothing back. */
export function leaseEnds(world: World, name: string): Promise<unknown> {
  return until(`the lease ${name} ends`, async () => {
    const [lease] =
      await world.database`select until <= orderly_now() as over from orderly_leases where name = ${name}`;
    return lease?.over;
  });
}
