import type { DiscordSimulator } from '../../sandbox/discord/index.ts';

/** Each ping as it was posted: of which message row and which incident, null where the message does not say. */
export type Heard = {
  pings: { mark: string | null; incident: string | null; words: string; atMs: number }[];
};

/** Hears every ping from now on: also of messages that are deleted later. */
export function hearPings(discord: DiscordSimulator): Heard {
  const heard: Heard = { pings: [] };
  discord.subscribe((event) => {
    if (event.type !== 'ping') return;
    const text = JSON.stringify(event.message.components);
    const [, mark = null] = /:(m\d+\.\d+)"/.exec(text) ?? [];
    const [, incident = null] = /"ack:(\d+):/.exec(text) ?? [];
    heard.pings.push({ mark, incident, words: text.slice(0, 200), atMs: event.message.createdMs });
  });
  return heard;
}
