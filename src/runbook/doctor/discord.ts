import type { z } from 'zod';
import { areRegistered } from '../../bot/register.ts';
import type { Settings } from '../../bot/settings.ts';
import type { Clock } from '../../lib/clock.ts';
import {
  type Asked,
  applicationSchema,
  channelSchema,
  commandsSchema,
  type DiscordFacts,
  errorSchema,
  guildSchema,
  memberSchema,
  userSchema,
} from './discord-answers.ts';
import { judgeDiscord } from './discord-judge.ts';
import type { Finding } from './finding.ts';
import type { Probe, Reply } from './probe.ts';

export type DiscordDeps = {
  clock: Clock;
  probe: Probe;
  token: string;
  apiUrl: string;
  /** As they are now. */
  settings: Settings;
};

/** Looks at the token, the guild, the channels and what the bot may do there, the roles, and the commands. Reads only. */
export async function checkDiscord(deps: DiscordDeps): Promise<Finding[]> {
  return judgeDiscord(await lookAtDiscord(deps));
}

async function lookAtDiscord(deps: DiscordDeps): Promise<DiscordFacts> {
  const { settings } = deps;
  const get = async <T>(path: string, schema: z.ZodType<T>) =>
    understood(
      await deps.probe({ url: `${deps.apiUrl}/v10${path}`, headers: { authorization: `Bot ${deps.token}` } }),
      schema,
    );
  const me = await get('/users/@me', userSchema);
  if (me.kind !== 'ok')
    return { settings, me, guild: null, member: null, channels: new Map(), commands: null };
  const ids = [...new Set([settings.channelId, settings.alertChannelId])].filter((id) => id !== null);
  const [guild, member, commands, ...channels] = await Promise.all([
    get(`/guilds/${settings.guildId}`, guildSchema),
    get(`/guilds/${settings.guildId}/members/${me.value.id}`, memberSchema),
    askCommands(get, settings.guildId),
    ...ids.map(async (id) => [id, await get(`/channels/${id}`, channelSchema)] as const),
  ]);
  return {
    ...{ settings, me, guild, commands },
    channels: new Map(channels),
    member: member.kind === 'ok' ? memberFacts(member.value, deps.clock.now()) : null,
  };
}

function memberFacts(
  { roles, communication_disabled_until: until }: z.output<typeof memberSchema>,
  nowMs: number,
) {
  return { roleIds: roles, isTimedOut: until != null && Date.parse(until) > nowMs };
}

type Get = <T>(path: string, schema: z.ZodType<T>) => Promise<Asked<T>>;

/** The application has an id of its own, which for old bots is not that of the user. */
async function askCommands(get: Get, guildId: string): Promise<Asked<boolean>> {
  const application = await get('/applications/@me', applicationSchema);
  if (application.kind !== 'ok') return application;
  const there = await get(`/applications/${application.value.id}/guilds/${guildId}/commands`, commandsSchema);
  return there.kind === 'ok' ? { kind: 'ok', value: areRegistered(there.value) } : there;
}

function understood<T>(reply: Reply, schema: z.ZodType<T>): Asked<T> {
  if (reply.kind === 'silence') return { kind: 'silence', reason: reply.reason };
  const { status, json } = reply;
  if (status === 429 || status >= 500) return { kind: 'silence', reason: `Discord answers ${status}` };
  if (status !== 200)
    return { kind: 'refused', status, code: errorSchema.safeParse(json).data?.code ?? null };
  const read = schema.safeParse(json);
  if (read.success) return { kind: 'ok', value: read.data };
  return { kind: 'silence', reason: 'the answer has another shape than expected' };
}
