import { noFaults } from '../../sandbox/panel/faults.ts';
import { patiently } from '../../sandbox/patiently.ts';
import { healthyStripe } from '../../sandbox/stripe/switches.ts';
import type { World } from '../../sandbox/world.ts';
import type { Actor } from './cast.ts';
import type { Journal } from './journal.ts';
import { mendDiscord } from './mend-discord.ts';

/** What keeps a run from being over, each with how many of it; empty when nothing is to come. */
export type Unsettled = Record<string, number>;

/** Longest that is waited for a run to come to rest, in real milliseconds. */
const MOST_REAL_MS = 420_000;
/** It has to be at rest for so long, in milliseconds of the clock: longer than what is asked only now and then. */
const REST_MS = 30_000;

/** Whatever was broken works from now on. */
export async function mendAll(world: World, actors: Actor[]): Promise<void> {
  Object.assign(world.stripe.faults, healthyStripe());
  Object.assign(world.panel.faults, noFaults());
  Object.assign(world.proxy.faults, { down: false, slowMs: 0, readOnly: false });
  mendDiscord(world.discord);
  await world.switchRedis(true);
  for (const actor of actors) actor.downUntilMs = 0;
}

/** Waits until nothing is to come. @returns what still was, when that took too long. */
export async function settle(world: World, sold: number, journal: Journal): Promise<Unsettled> {
  const endMs = Date.now() + MOST_REAL_MS;
  let restingSinceMs: number | null = null;
  let left: Unsettled = {};
  while (Date.now() < endMs) {
    left = await unsettled(world, sold);
    journal.note(`to come: ${JSON.stringify(left)}`);
    if (Object.keys(left).length > 0) restingSinceMs = null;
    else restingSinceMs ??= world.clock.now();
    if (restingSinceMs !== null && world.clock.now() - restingSinceMs > REST_MS) return {};
    await world.clock.sleep(2_000);
  }
  return left;
}

async function unsettled({ database }: World, sold: number): Promise<Unsettled> {
  const [row] = await patiently(
    () => database`select
      ${sold}::int - (select count(*) from orderly_purchases) as "sessions that are not known",
      (select count(*) from orderly_purchases where look_at is not null) as "purchases that are to be looked at",
      (select count(*) from orderly_purchases where install = 'installing') as "installs that go on",
      (select count(*) from orderly_purchases p where payment = 'paid' and item_type = 'game' and problem_code is null and closed_at is null
        and provisioned_at is null and incident_id is null) as "paid games without server or alert",
      (select count(*) from orderly_events where state = 'received') as "events that are to be asked about",
      (select count(*) from orderly_messages where shown_version < wanted_version) as "messages that are behind",
      (select count(*) from orderly_incidents where closed_at is null and probe_at is not null) as "alerts that try by themselves",
      (select count(*) from orderly_incidents where closed_at is null and acked_at is null and unlanded) as "alerts that have not pinged",
      (select count(*) from orderly_storms where over_at is null) as "rushes"`,
  );
  return Object.fromEntries(
    Object.entries(row ?? {})
      .map(([what, count]): [string, number] => [what, Number(count)])
      .filter(([, count]) => count !== 0),
  );
}
