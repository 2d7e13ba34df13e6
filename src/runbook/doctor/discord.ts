import { z } from 'zod';
import { areRegistered } from '../../bot/register.ts';
import type { Settings } from '../../bot/settings.ts';
import type { Clock } from '../../lib/clock.ts';
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

/** An answer that was understood, or what came in its place. */
export type Asked<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'refused'; status: number; code: number | null }
  | Silent;
type Silent = { kind: 'silence'; reason: string };

const bits = z.string().regex(/^\d+$/).transform(BigInt);
const role = z.object({ id: z.string(), name: z.string(), permissions: bits, mentionable: z.boolean() });
const guildSchema = z
  .object({ id: z.string(), name: z.string(), owner_id: z.string(), roles: z.array(role) })
  .transform(({ owner_id: ownerId, ...guild }) => ({ ...guild, ownerId }));
const memberSchema = z.object({
  roles: z.array(z.string()),
  communication_disabled_until: z.string().nullish(),
});
const channelSchema = z.object({
  name: z.string().nullish(),
  type: z.number(),
  guild_id: z.string().optional(),
  permission_overwrites: z.array(z.object({ id: z.string(), allow: bits, deny: bits })).default([]),
});
const userSchema = z.object({ id: z.string(), username: z.string() });
const applicationSchema = z.object({ id: z.string() });
const commandsSchema = z.array(z.looseObject({ name: z.string(), type: z.number() }));
const errorSchema = z.object({ code: z.number() });

export type GuildAnswer = z.output<typeof guildSchema>;
export type ChannelAnswer = z.output<typeof channelSchema>;
export type UserAnswer = z.output<typeof userSchema>;

export type DiscordFacts = {
  settings: Settings;
  me: Asked<UserAnswer>;
  /** Null, all of them: not asked for, because the token is refused or Discord is away. */
  guild: Asked<GuildAnswer> | null;
  member: { roleIds: string[]; isTimedOut: boolean } | null;
  /** By id. */
  channels: Map<string, Asked<ChannelAnswer>>;
  /** Whether the commands are the ones of this version. */
  commands: Asked<boolean> | null;
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
