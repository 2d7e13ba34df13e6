import { REST, Routes } from 'discord.js';
import type { DiscordSimulator } from '../sandbox/discord/index.ts';
import type { Change } from './storm-plan.ts';

/** What every tutorial builds: each change is posted or edited as it comes, and discord.js keeps the order and the limits. */
export function createPlainBot(discord: DiscordSimulator, factor: number) {
  // Real time does not shrink with the clock's: the margin that discord.js adds to every wait would be seconds.
  const rest = new REST({
    api: discord.url,
    offset: 0,
    globalRequestsPerSecond: 50 * factor,
    timeout: 600_000,
  });
  rest.setToken(discord.token);
  const channel = discord.channels.purchases;
  const posted = new Map<number, Promise<unknown>>();
  const said: Promise<unknown>[] = [];
  const post = (content: string) => rest.post(Routes.channelMessages(channel), { body: { content } });
  return {
    tell({ purchase, kind, cause }: Change): void {
      const content = `order ${purchase}: ${kind}`;
      if (kind === 'failed')
        said.push(post(`<@&${discord.roles.onCall}> ${cause}: order ${purchase} failed`));
      const before = posted.get(purchase);
      const done = before
        ? before.then((message) =>
            rest.patch(Routes.channelMessage(channel, idOf(message)), { body: { content } }),
          )
        : post(content);
      posted.set(purchase, before ? Promise.all([before, done]).then(([message]) => message) : done);
    },
    done: () => Promise.all([...said, ...posted.values()]),
  };
}

function idOf(message: unknown): string {
  return (message as { id: string }).id;
}
