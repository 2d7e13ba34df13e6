import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { discordSwitches, flip } from '../discord/index.ts';
import { panelSwitches } from '../panel/faults.ts';
import { setStripeSwitch, stripeSwitches } from '../stripe/switches.ts';
import type { World } from '../world.ts';

const person = z.enum(['anna', 'ben', 'carl']);
const options = z.record(z.string(), z.string());

const actionSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('buy'), planId: z.string(), region: z.string(), serverName: z.string() }),
  z.object({ action: z.literal('press'), person, messageId: z.string(), customId: z.string() }),
  z.object({ action: z.literal('command'), person, name: z.string(), options }),
  z.object({ action: z.literal('complete'), person, name: z.string(), options, focused: z.string() }),
  z.object({ action: z.literal('delete'), messageId: z.string() }),
  z.object({ action: z.literal('switch'), service: z.string(), name: z.string(), on: z.boolean() }),
  z.object({ action: z.literal('wipeRedis') }),
]);

/** Does what somebody clicked on the page. @throws ZodError or Error that says what is wrong with it. */
export async function act(world: World, body: unknown): Promise<unknown> {
  const wanted = actionSchema.parse(body);
  const { discord } = world;
  const channelId = discord.channels.purchases;
  switch (wanted.action) {
    case 'buy':
      return buy(world, wanted);
    case 'press': {
      const { messageId, customId } = wanted;
      // The answer shows up in the channel; the page does not wait for it.
      void discord.press({ personId: discord.people[wanted.person], channelId, messageId, customId });
      return {};
    }
    case 'command':
      void discord.runCommand({
        personId: discord.people[wanted.person],
        channelId,
        name: wanted.name,
        options: wanted.options,
      });
      return {};
    case 'complete': {
      const { name, focused } = wanted;
      return discord.autocomplete({
        personId: discord.people[wanted.person],
        channelId,
        name,
        options: wanted.options,
        focused,
      });
    }
    case 'delete':
      discord.deleteMessage(channelId, wanted.messageId);
      return {};
    case 'switch':
      return throwSwitch(world, wanted);
    case 'wipeRedis':
      await world.wipeRedis();
      return {};
  }
}

async function buy(
  world: World,
  what: { planId: string; region: string; serverName: string },
): Promise<unknown> {
  const userId = randomUUID();
  return world.stripe.checkout({
    planId: what.planId,
    region: what.region,
    serverName: what.serverName,
    term: 'monthly',
    userId,
    email: `customer-${userId.slice(0, 6)}@example.com`,
    amountMinor: 499,
  });
}

async function throwSwitch(
  world: World,
  { service, name, on }: { service: string; name: string; on: boolean },
): Promise<object> {
  const { panel, stripe, discord } = world;
  if (service === 'database') world.proxy.faults.down = on;
  else if (service === 'bot') await (on ? world.bot.kill() : world.bot.start());
  else if (service === 'panel' && name === 'wings') {
    panel.faults.wings = Object.fromEntries(panel.state.nodes.map((node) => [node.id, on ? 'down' : 'ok']));
  } else if (
    service === 'panel' &&
    panelSwitches.some((known) => known.name === name && known.kind === 'toggle')
  ) {
    Object.assign(panel.faults, { [name]: on });
  } else if (service === 'stripe') {
    const known = stripeSwitches.find((one) => one.name === name);
    if (known) setStripeSwitch(stripe.faults, known.name, on);
  } else if (service === 'discord') {
    const known = discordSwitches.find((one) => one.name === name);
    if (known) flip(discord.faults, known.name, on);
  }
  return {};
}
