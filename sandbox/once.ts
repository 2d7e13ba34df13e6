import { randomUUID } from 'node:crypto';
import { toError } from '../src/lib/failure.ts';
import type { SimMessage } from './discord/index.ts';
import { narrate } from './narrate.ts';
import { until, type World } from './world.ts';

type Seen = { what: string; database: boolean; panel: boolean; discord: boolean };

/**
 * A good purchase, one that fails while the panel is down, and its retry. Every step has to be seen in the database, on the
 * panel and in Discord.
 *
 * @returns whether all of it was seen.
 */
export async function playOnce(world: World): Promise<boolean> {
  const seen: Seen[] = [];
  try {
    console.log('\nA customer buys "Among Us 1 GB" …');
    const good = await sell(world, 'Friday crew');
    await untilReady(world, good);
    seen.push(await look(world, 'the good purchase', good));
    await narrate(world, 'The good purchase', good);

    console.log('\nThe panel goes down. Another customer buys …');
    world.panel.faults.down = true;
    const bad = await sell(world, 'Unlucky seven');
    const alert = await until('an alert that pings the on-call role', () => alertOf(world, bad), 40_000);
    const live = await until('a red live message', () => red(liveOf(world, bad)));
    const [row] = await world.database`select failure_code from orderly_purchases where id = ${bad}`;
    seen.push({
      what: 'the failure and its ping',
      database: row?.failure_code === 'panel_unreachable',
      panel: serversOf(world, bad).length === 0,
      discord: text(alert).includes('"Retry"') && text(alert).includes('"Inspect"'),
    });

    console.log('The panel is back. Anna, who is on call, presses Retry …');
    world.panel.faults.down = false;
    const customId = /"(retry:[^"]+)"/.exec(text(alert))?.[1] ?? '';
    const pressed = await world.discord.press({
      personId: world.discord.people.anna,
      channelId: alert.channelId,
      messageId: alert.id,
      customId,
    });
    await untilReady(world, bad);
    const [action] =
      await world.database`select outcome from orderly_staff_actions where interaction_id = ${pressed.id}`;
    const after = await look(world, 'the retry, on the same message', bad);
    seen.push({
      ...after,
      database: after.database && action !== undefined,
      discord: after.discord && liveOf(world, bad)?.id === live.id,
    });
    await narrate(world, 'The failed purchase and its retry', bad);
  } catch (thrown) {
    console.log(`\n✗ ${toError(thrown).message}`);
    seen.push({ what: 'the rest', database: false, panel: false, discord: false });
  }
  return summary(seen);
}

async function sell(world: World, serverName: string): Promise<string> {
  const userId = randomUUID();
  const { sessionId } = await world.stripe.checkout({
    planId: 'among-us-1gb',
    region: 'eu-west',
    term: 'monthly',
    serverName,
    userId,
    email: `${serverName.split(' ')[0]?.toLowerCase()}@example.com`,
    amountMinor: 299,
  });
  return until('the purchase in the database', async () => {
    const [row] = await world.database`select id from orderly_purchases where session_id = ${sessionId}`;
    return row?.id as string | undefined;
  });
}

async function untilReady(world: World, id: string): Promise<void> {
  await until('the green message', () => text(liveOf(world, id)).includes('🟢'), 40_000);
}

async function look(world: World, what: string, id: string): Promise<Seen> {
  const [row] = await world.database`
    select p.install, p.panel_server_id, o.status, o.pterodactyl_server_id from orderly_purchases p
    join orders o on o.id::text = p.order_id where p.id = ${id}`;
  const servers = serversOf(world, id);
  return {
    what,
    database:
      row?.status === 'provisioned' &&
      row.install === 'ready' &&
      String(row.panel_server_id) === row.pterodactyl_server_id,
    panel: servers.length === 1 && servers[0]?.status === null,
    discord:
      live(world, id).length === 1 &&
      (liveOf(world, id)?.edits ?? 0) > 0 &&
      text(liveOf(world, id)).includes('🟢'),
  };
}

function messages(world: World): SimMessage[] {
  return world.discord.messages(world.discord.channels.purchases);
}

function alertOf(world: World, id: string): SimMessage | undefined {
  return messages(world).find(
    (message) =>
      message.pings.roles.includes(world.discord.roles.onCall) && text(message).includes(`inspect:${id}:`),
  );
}

function live(world: World, id: string): SimMessage[] {
  return messages(world).filter(
    (message) => text(message).includes(`inspect:${id}:`) && message.pings.roles.length === 0,
  );
}

const liveOf = (world: World, id: string): SimMessage | undefined => live(world, id).at(-1);
const red = (message: SimMessage | undefined) => (text(message).includes('🔴') ? message : undefined);
const text = (message: SimMessage | undefined): string => JSON.stringify(message?.components ?? []);
const serversOf = (world: World, id: string) =>
  world.panel.state.servers.filter((server) => server.externalId === id);

function summary(seen: Seen[]): boolean {
  const mark = (isSeen: boolean) => (isSeen ? '✓' : '✗');
  console.log('\nSeen in');
  for (const { what, database, panel, discord } of seen) {
    console.log(
      `  ${what.padEnd(32)} database ${mark(database)}   panel ${mark(panel)}   Discord ${mark(discord)}`,
    );
  }
  const isRight =
    seen.length === 3 && seen.every(({ database, panel, discord }) => database && panel && discord);
  console.log(isRight ? '\nAll of it was seen.\n' : '\nNot all of it was seen.\n');
  return isRight;
}
