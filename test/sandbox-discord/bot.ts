import {
  Client,
  type ClientOptions,
  Events,
  GatewayIntentBits,
  type Interaction,
  TextChannel,
} from 'discord.js';
import { type DiscordOptions, type DiscordSimulator, startDiscord } from '../../sandbox/discord/index.ts';
import { type Clock, createClock } from '../../src/lib/clock.ts';

export const TOKEN = 'test.discord.token';

/** A clock that a test can move ahead; what already sleeps is not woken by that. */
export function movableClock(factor = 1): Clock & { advance(ms: number): void } {
  const clock = createClock(factor);
  let ahead = 0;
  return {
    ...clock,
    now: () => clock.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
  };
}

/** Starts a simulator whose clock runs `factor` times as fast as real time. */
export function startFast(factor: number, options: Partial<DiscordOptions> = {}): Promise<DiscordSimulator> {
  return startDiscord({ clock: createClock(factor), factor, token: TOKEN, ...options });
}

/** Logs the unmodified discord.js in, with the one intent that the product uses. */
export async function login(
  discord: DiscordSimulator,
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = newClient(discord, options);
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(TOKEN);
  return ready;
}

/** A client that is not logged in yet. */
export function newClient(discord: DiscordSimulator, options: Partial<ClientOptions> = {}): Client {
  return new Client({
    intents: [GatewayIntentBits.Guilds],
    ...options,
    rest: { api: discord.url, ...options.rest },
  });
}

/** Answers every interaction with `handler`, and collects what it throws. */
export function onInteraction(
  client: Client,
  handler: (interaction: Interaction) => Promise<unknown>,
): unknown[] {
  const errors: unknown[] = [];
  client.on(Events.InteractionCreate, (interaction) => {
    handler(interaction).catch((error: unknown) => errors.push(error));
  });
  return errors;
}

/** #purchases as discord.js sees it. */
export function purchases(client: Client<true>, discord: DiscordSimulator): TextChannel {
  const channel = client.channels.cache.get(discord.channels.purchases);
  if (!(channel instanceof TextChannel)) throw new Error('the bot does not see #purchases');
  return channel;
}

export type Reply = { status: number; headers: Headers; body: Record<string, unknown> };

/** One raw REST request, without discord.js. */
export async function rest(
  discord: DiscordSimulator,
  method: string,
  path: string,
  body?: unknown,
  authorization = `Bot ${TOKEN}`,
): Promise<Reply> {
  const response = await fetch(`${discord.url}/v10${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}
