import { randomUUID } from 'node:crypto';
import type { SimMessage } from '../../sandbox/discord/index.ts';
import { until, type World } from '../../sandbox/world.ts';

export type Sale = { sessionId: string; id: string };

/** A buyer completes a checkout; answers when its purchase is in the database. */
export async function buy(
  world: World,
  what: { planId?: string; region?: string; email?: string; serverName?: string } = {},
): Promise<Sale> {
  const { sessionId } = await sell(world, what);
  return purchaseOf(world, sessionId);
}

/** The checkout alone, when the bot may be dead. */
export function sell(
  world: World,
  what: { planId?: string; region?: string; email?: string; serverName?: string } = {},
) {
  const userId = randomUUID();
  return world.stripe.checkout({
    planId: what.planId ?? 'among-us-1gb',
    region: what.region ?? 'eu-west',
    term: 'monthly',
    serverName: what.serverName ?? 'Friday crew',
    userId,
    email: what.email ?? `buyer-${userId.slice(0, 8)}@example.com`,
  });
}

export async function purchaseOf(world: World, sessionId: string): Promise<Sale> {
  const id = await until(`a purchase of ${sessionId}`, async () => {
    const [row] = await world.database`select id from orderly_purchases where session_id = ${sessionId}`;
    return row?.id as string | undefined;
  });
  return { sessionId, id };
}

/** Waits until the game runs, in the database and on the message. */
export async function untilReady(world: World, sale: Sale, realMs?: number): Promise<void> {
  await until(
    `${sale.id} ready`,
    async () => (await row(world, sale.id)).install === 'ready',
    realMs,
    async () => ({ row: await row(world, sale.id), timeline: await timelineOf(world, sale.id) }),
  );
  await until(
    `the message of ${sale.id} green`,
    () => textOf(liveMessages(world, sale.id).at(-1)).includes('🟢'),
    realMs,
  );
}

async function timelineOf(world: World, id: string) {
  return world.database`select at, kind, detail, actor from orderly_timeline where purchase_id = ${id} order by id`;
}

export async function row(world: World, id: string): Promise<Record<string, unknown>> {
  const [found] = await world.database`select * from orderly_purchases where id = ${id}`;
  return found ?? {};
}

/** The live messages of a purchase: those with its Inspect button that ping nobody. Right is one. */
export function liveMessages(world: World, id: string): SimMessage[] {
  return messages(world).filter((message) => textOf(message).includes(`inspect:${id}:`) && !isAlert(message));
}

/** Pings after those of the alerts themselves: nobody was on them, or is no longer. */
export function calls(world: World): SimMessage[] {
  return messages(world).filter(isCall);
}

/** Messages that called staff, the first of each incident. */
export function alerts(world: World): SimMessage[] {
  return messages(world).filter(isAlert);
}

export function messages(world: World): SimMessage[] {
  return world.discord.messages(world.discord.channels.purchases);
}

export function serversOf(world: World, id: string) {
  return world.panel.state.servers.filter((server) => server.externalId === id);
}

/** All that a message says, its ids included. */
export function textOf(message: SimMessage | undefined): string {
  return JSON.stringify(message?.components ?? []);
}

function isCall(message: SimMessage): boolean {
  return (
    /### 📣|### 🟢 It is over|"🙋 /.test(textOf(message)) || /### 📣/.test(JSON.stringify(message.history[0]))
  );
}

function isAlert(message: SimMessage): boolean {
  if (isCall(message)) return false;
  const { roles, users } = message.pings;
  return roles.length > 0 || users.length > 0 || /"<@&\d{17,20}>|🟢 Over:|### 🟡/.test(textOf(message));
}

/** Presses the first button of a message whose id begins so. */
export function press(
  world: World,
  personId: string,
  message: SimMessage,
  action: 'retry' | 'inspect' | 'ack',
) {
  const customId = new RegExp(`"(${action}:[^"]+)"`).exec(textOf(message))?.[1];
  if (!customId) throw new Error(`the message has no ${action} button: ${textOf(message)}`);
  return world.discord.press({ personId, channelId: message.channelId, messageId: message.id, customId });
}
