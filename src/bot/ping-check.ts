import { PermissionFlagsBits as Bit, DiscordAPIError, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import { toError } from '../lib/failure.ts';
import type { BotDeps } from './deps.ts';
import { rightsOf } from './guild-rights.ts';
import { channelFor, type Settings } from './settings.ts';

const bits = z.string().transform(BigInt);
const rolesSchema = z.array(
  z.object({ id: z.string(), name: z.string(), mentionable: z.boolean(), permissions: bits }),
);
const memberSchema = z.object({ roles: z.array(z.string()) });
const overwriteSchema = z.object({ id: z.string(), allow: bits, deny: bits });
const channelSchema = z.object({ permission_overwrites: z.array(overwriteSchema).default([]) });
const countsSchema = z.record(z.string(), z.number());
const userSchema = z.object({ id: z.string() });

/** What Discord says of the roles that alerts call. */
export type PingFacts = {
  guildId: string;
  botId: string;
  botRoles: string[];
  roles: z.infer<typeof rolesSchema>;
  overwrites: z.infer<typeof overwriteSchema>[];
  /** How many people have each role; null when Discord does not tell. */
  counts: Record<string, number> | null;
};

/** Why each role that can't be pinged can't, by its id. */
export type Blocked = Record<string, string>;

export type PingCheck = {
  /** What the last look found; nothing while none has succeeded. */
  blocked(): Blocked;
  /** False until the first look is over, well or not: an alert waits for it, a few seconds at most. */
  isDone(): boolean;
  /** An alert or a call was posted: whether it could land is looked at now. */
  posted(): void;
  /** Discord told of a change on which pings may depend: one that was posted around it may not have landed. */
  changed(): void;
  stop(): Promise<void>;
};

/** Whether a role can be pinged again is looked at more often than whether it still can. */
const BLOCKED_MS = 60_000;

/** A first alert does not wait longer for the look than this. */
const FIRST_MS = 5_000;

/**
 * Looks whether pings can land: at the start, every so often, when the settings or rights change, and after each ping, because Discord
 * does not say of a message whom it reached. What can't be asked is no trouble of the roles: then what was known stays.
 */
export function startPingCheck(deps: BotDeps, rest: REST): PingCheck {
  const stopping = new AbortController();
  const startedMs = deps.clock.now();
  let blocked: Blocked = {};
  let isDone = false;
  let looked = { settings: '', atMs: Number.NEGATIVE_INFINITY };
  /** When the last ping was posted that no look has come after; null for none. */
  let postedMs: number | null = null;
  let changes = 0;
  /** Of so many changes the database knows. */
  let told = 0;
  const look = async (settings: Settings) => {
    const sinceMs = deps.clock.now();
    const seen = changes;
    try {
      blocked = blockedRoles(await readFacts(rest, settings), settings);
      await report(deps, blocked, settings);
      const { holder, clock } = deps;
      await deps.store.pingsLookedAt({
        holder,
        state: stateOf(blocked, settings),
        ago_ms: clock.now() - sinceMs,
        changed: seen !== told,
      });
      told = seen;
      if (postedMs !== null && postedMs < sinceMs) postedMs = null;
    } catch (thrown) {
      const reason = toError(thrown).message.slice(0, 200);
      deps.log.warn({ reason }, 'whether alerts can ping could not be looked at; it is tried again');
    }
    isDone = true;
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const settings = deps.settings();
      const asked = JSON.stringify(settings);
      const { pingCheckMs } = deps.timings;
      const everyMs = Object.keys(blocked).length > 0 ? Math.min(BLOCKED_MS, pingCheckMs) : pingCheckMs;
      const isDue = postedMs !== null || changes !== told || deps.clock.now() - looked.atMs >= everyMs;
      if (isDue || asked !== looked.settings) {
        looked = { settings: asked, atMs: deps.clock.now() };
        await look(settings);
      }
      await deps.clock.sleep(Math.min(deps.timings.pingCheckMs, 5_000), stopping.signal);
    }
  };
  const running = loop();
  return {
    blocked: () => blocked,
    isDone: () => isDone || deps.clock.now() - startedMs > FIRST_MS,
    posted: () => {
      postedMs = deps.clock.now();
    },
    changed: () => {
      changes += 1;
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** The roles of the settings that a message would not reach, each with the reason. */
export function blockedRoles(facts: PingFacts, settings: Settings): Blocked {
  const member = { id: facts.botId, roleIds: facts.botRoles };
  const mayMentionAll = rightsOf({ ...facts, ownerId: null, member }) & Bit.MentionEveryone;
  const wanted = [settings.onCallRoleId, settings.escalationRoleId].filter((id) => id !== null);
  const found = wanted.map((id) => {
    const role = facts.roles.find((one) => one.id === id);
    if (!role) return [id, 'there is no such role any more'];
    if (facts.counts !== null && (facts.counts[id] ?? 0) === 0) return [id, 'nobody has it'];
    return role.mentionable || mayMentionAll ? null : [id, 'it is not mentionable'];
  });
  return Object.fromEntries(found.filter((one) => one !== null));
}

/** Of the role that alerts call first. */
function stateOf(blocked: Blocked, { onCallRoleId, namedUserIds }: Settings): 'lands' | 'names' | 'blocked' {
  if (onCallRoleId === null || blocked[onCallRoleId] === undefined) return 'lands';
  return namedUserIds.length > 0 ? 'names' : 'blocked';
}

async function readFacts(rest: REST, settings: Settings): Promise<PingFacts> {
  const { guildId } = settings;
  const channelId = channelFor(settings, 'alert');
  const { id: botId } = userSchema.parse(await rest.get(Routes.user('@me')));
  const roles = rolesSchema.parse(await rest.get(Routes.guildRoles(guildId)));
  const member = memberSchema.parse(await rest.get(Routes.guildMember(guildId, botId)));
  const overwrites = channelId === null ? [] : await overwritesOf(rest, channelId);
  return {
    guildId,
    botId,
    botRoles: member.roles,
    roles,
    overwrites,
    counts: await countsOf(rest, guildId),
  };
}

/** A channel that we can't see has none: what is written to it fails, and says so itself. */
async function overwritesOf(rest: REST, channelId: string) {
  try {
    return channelSchema.parse(await rest.get(Routes.channel(channelId))).permission_overwrites;
  } catch (thrown) {
    if (thrown instanceof DiscordAPIError && (thrown.status === 403 || thrown.status === 404)) return [];
    throw thrown;
  }
}

/** Not every bot may ask it: then no role counts as empty. */
async function countsOf(rest: REST, guildId: string): Promise<Record<string, number> | null> {
  try {
    return countsSchema.parse(await rest.get(`/guilds/${guildId}/roles/member-counts`));
  } catch (thrown) {
    if (thrown instanceof DiscordAPIError || thrown instanceof z.ZodError) return null;
    throw thrown;
  }
}

const CLICK: Record<string, string> = {
  'it is not mentionable':
    'Server Settings → Roles → this role → allow anyone to @mention it (or give the bot Mention @everyone in the alert channel)',
  'nobody has it': 'give the role to somebody',
  'there is no such role any more': 'choose another role',
};

async function report(deps: BotDeps, blocked: Blocked, settings: Settings): Promise<void> {
  const words = Object.entries(blocked).map(
    ([id, why]) =>
      `${id === settings.onCallRoleId ? 'On-call' : 'Escalation'} role ${id}: ${why}. ${CLICK[why]}`,
  );
  const named =
    settings.namedUserIds.length > 0
      ? 'Until then alerts name people instead.'
      : 'Nobody is named to be called instead.';
  const detail = `${words.join('; ')}. ${named}`;
  const warning = { fingerprint: 'ping:roles', code: 'ping_blocked', scope: 'deployment', detail };
  const warnings = words.length > 0 ? [warning] : [];
  await deps.store.reportCheck({ name: 'ping', result: blocked, warnings });
}
