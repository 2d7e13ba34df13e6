import { readFileSync } from 'node:fs';
import { noFaults } from '../../sandbox/panel/faults.ts';
import type { PanelRows } from '../../sandbox/panel/rows.ts';
import { healthyStripe } from '../../sandbox/stripe/switches.ts';
import { until, type World } from '../../sandbox/world.ts';

const CATALOGUE = readFileSync(new URL('../../sandbox/catalogue.sql', import.meta.url), 'utf8').replace(
  /insert into auth\.users[^;]+;/,
  '',
);
const EMPTIED = `orderly_purchases, orderly_events, orderly_timeline, orderly_attempts, orderly_reservations, orderly_incidents,
  orderly_incident_purchases, orderly_messages, orderly_staff_actions, orderly_refusals, orderly_panel_users, orderly_stops,
  orderly_pauses, orderly_budgets, orderly_storms, orders, plans, ptero_nodes`;

/** Puts everything back as it was at the start, so that each case stands alone. The bot runs on. */
export function createReset(world: World): () => Promise<void> {
  const { servers: _none, ...kept } = structuredClone(rowsOf(world));
  return async () => {
    Object.assign(world.stripe.faults, healthyStripe());
    Object.assign(world.panel.faults, noFaults());
    world.proxy.faults.down = false;
    if (!world.bot.isRunning()) await startBot(world);
    await world.stripe.idle();
    // What was not delivered is not tried again in the middle of the next case.
    for (const event of world.stripe.events) event.delivered = true;
    resetPanel(world, structuredClone(kept));
    await emptied(world);
  };
}

/** Starts the bot and waits until it has asked Stripe for what it missed: later that would mend what is looked at. */
export async function startBot(world: World): Promise<void> {
  // Of a bot that was killed they would hold the new one back.
  await world.database`delete from orderly_leases`;
  await world.database`delete from orderly_checks where name in ('undelivered', 'sessions')`;
  await world.bot.start();
  await until('the looks at the start', async () => {
    const [seen] = await world.database`select count(*) as checks from orderly_checks
      where name in ('undelivered', 'sessions', 'sender')`;
    return Number(seen?.checks) === 3;
  });
}

function rowsOf({ panel }: World): PanelRows {
  const { users, locations, nodes, allocations, nests, eggs, servers } = panel.state;
  return { users, locations, nodes, allocations, nests, eggs, servers };
}

function resetPanel({ panel }: World, { users, nodes, allocations, eggs }: Omit<PanelRows, 'servers'>): void {
  const { state } = panel;
  state.servers.splice(0);
  state.users.splice(0, Number.POSITIVE_INFINITY, ...users);
  state.nodes.splice(0, Number.POSITIVE_INFINITY, ...nodes);
  state.eggs.splice(0, Number.POSITIVE_INFINITY, ...eggs);
  state.allocations.splice(0, Number.POSITIVE_INFINITY, ...allocations);
}

/** The bot works on while its rows go, so the lock may have to be asked for again. */
async function emptied({ database }: World): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await database.begin(async (transaction) => {
        await transaction.unsafe(`set local lock_timeout = '3s'; truncate ${EMPTIED} cascade; ${CATALOGUE}`);
      });
      return;
    } catch (thrown) {
      if (tries >= 5) throw thrown;
    }
  }
}
