import type { DiscordEvent, DiscordSimulator } from '../discord/index.ts';

type Answers = { personId: string; interactionId: string; fields: Record<string, string | string[]> };

/**
 * Sends a modal and waits for the bot's first answer to it, which closes the modal in Discord.
 *
 * @returns whether the bot answered in time; else the modal stays open.
 */
export async function submit(discord: DiscordSimulator, answers: Answers): Promise<{ ok: boolean }> {
  const { promise, resolve } = Promise.withResolvers<{ ok: boolean }>();
  const stop = discord.subscribe((event: DiscordEvent) => {
    if (event.type !== 'interactionChanged' || event.interaction.state === 'pending') return;
    const { kind, personId, state } = event.interaction;
    if (kind === 'modal' && personId === answers.personId) resolve({ ok: state !== 'failed' });
  });
  try {
    const sent = discord.submitModal(answers);
    return await Promise.race([promise, sent.then(({ state }) => ({ ok: state !== 'failed' }))]);
  } finally {
    stop();
  }
}
