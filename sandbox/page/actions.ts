import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { World } from '../world.ts';
import { PEOPLE, priceOf } from './state.ts';
import { submit } from './submit.ts';
import { mendAll, throwSwitch } from './switches.ts';
import { inTurn } from './turns.ts';

const person = z.enum(PEOPLE);
const who = { person, channelId: z.string() };
const options = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const FASTEST = 60;

const actionSchema = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('buy'),
    planId: z.string().min(1),
    region: z.string().min(1),
    serverName: z.string(),
    payment: z.enum(['paid', 'unpaid', 'no_payment_required']).default('paid'),
  }),
  z.object({ action: z.literal('press'), ...who, messageId: z.string(), customId: z.string() }),
  z.object({
    action: z.literal('select'),
    ...who,
    messageId: z.string(),
    customId: z.string(),
    values: z.array(z.string()),
  }),
  z.object({
    action: z.literal('submit'),
    person,
    interactionId: z.string(),
    fields: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  }),
  z.object({ action: z.literal('menu'), ...who, targetId: z.string(), name: z.string() }),
  z.object({ action: z.literal('command'), ...who, name: z.string(), options }),
  z.object({ action: z.literal('complete'), ...who, name: z.string(), options, focused: z.string() }),
  z.object({ action: z.literal('say'), ...who, content: z.string().trim().min(1).max(2000) }),
  z.object({ action: z.literal('delete'), ...who, messageId: z.string() }),
  z.object({
    action: z.literal('switch'),
    service: z.string(),
    name: z.string(),
    on: z.boolean(),
    mode: z.string().optional(),
  }),
  z.object({ action: z.literal('mend') }),
  z.object({
    action: z.literal('time'),
    factor: z.number().min(0.1).max(FASTEST).optional(),
    skipMs: z.number().min(0).max(86_400_000).optional(),
  }),
]);

type Wanted = z.infer<typeof actionSchema>;

/** Does what somebody clicked on the page. @throws ZodError or Error that says what is wrong with it. */
export async function act(world: World, body: unknown): Promise<unknown> {
  const wanted = actionSchema.parse(body);
  switch (wanted.action) {
    case 'buy':
      return buy(world, wanted);
    case 'switch':
      await throwSwitch(world, wanted);
      return {};
    case 'mend':
      await mendAll(world);
      return {};
    case 'time':
      await inTurn(world, () => world.changeTime(wanted));
      return {};
    default:
      return actInDiscord(world, { ...wanted, personId: world.discord.people[wanted.person] });
  }
}

type InDiscord = Extract<Wanted, { person: string }> & { personId: string };

async function actInDiscord({ discord }: World, wanted: InDiscord): Promise<unknown> {
  switch (wanted.action) {
    case 'press':
      return begin(discord.press(wanted));
    case 'select':
      return begin(discord.select(wanted));
    case 'menu':
      return begin(discord.contextMenu(wanted));
    case 'command':
      return begin(discord.runCommand(wanted));
    case 'submit':
      return submit(discord, wanted);
    case 'complete':
      return discord.autocomplete(wanted);
    case 'say':
      discord.say(wanted);
      return {};
    case 'delete':
      discord.deleteMessage(wanted.channelId, wanted.messageId);
      return {};
  }
}

/** The answer shows up in the channel, so nobody waits for it; what a person could not have done is refused at once. */
async function begin(started: Promise<unknown>): Promise<object> {
  // A press that ends badly later shows on the page as "This interaction failed".
  started.catch(() => undefined);
  await Promise.race([started, new Promise((resolve) => setTimeout(resolve, 20))]);
  return {};
}

async function buy(world: World, what: Extract<Wanted, { action: 'buy' }>): Promise<object> {
  const [plan] = await world.database<{ memory: number }[]>`
    select memory::int as memory from plans where id = ${what.planId}`;
  const userId = randomUUID();
  const email = `customer-${userId.slice(0, 6)}@example.com`;
  // Whoever buys has an account of the site.
  await world.database`insert into auth.users (id, email) values (${userId}, ${email})`;
  const { sessionId } = await world.stripe.checkout({
    planId: what.planId,
    region: what.region,
    serverName: what.serverName,
    paymentStatus: what.payment,
    term: 'monthly',
    userId,
    email,
    amountMinor: priceOf(plan?.memory ?? 1024),
  });
  return { sessionId };
}
