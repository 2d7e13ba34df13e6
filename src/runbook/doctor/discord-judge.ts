import { ChannelType, PermissionFlagsBits } from 'discord.js';
import { channelWords } from '../../bot/channel-trouble.ts';
import type { Asked, ChannelAnswer, DiscordFacts, GuildAnswer } from './discord-answers.ts';
import { type GuildFacts, lackingIn, type MemberFacts, permissionsIn } from './discord-permissions.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warn, bad, unknown } = findingsOf('discord');
const WRITABLE = new Set<number>([ChannelType.GuildText, ChannelType.GuildAnnouncement]);
const INVITE_FIX = 'Invite the bot with the address in README.md ("Discord"), or set DISCORD_GUILD_ID right.';

/** Pure. */
export function judgeDiscord(facts: DiscordFacts): Finding[] {
  const { me, guild } = facts;
  if (me.kind === 'silence')
    return [
      unknown(
        'answers',
        me.reason,
        'Look at discordstatus.com, and whether this machine reaches discord.com.',
      ),
    ];
  if (me.kind === 'refused')
    return [
      bad(
        'token',
        `Discord answers ${me.status}`,
        'Developer portal → Bot → Reset Token: set DISCORD_TOKEN.',
      ),
    ];
  const token = ok('token', `of the bot ${me.value.username}; no privileged intent is needed`);
  if (guild?.kind !== 'ok') return [token, guildTrouble(guild)];
  const commands = commandsFinding(facts.commands);
  const member = facts.member && { id: me.value.id, ...facts.member };
  if (!member)
    return [
      token,
      ok('guild', guild.value.name),
      unknown('permissions', 'our own roles could not be read'),
      commands,
    ];
  return [
    token,
    ok('guild', guild.value.name),
    ...channelFindings(facts, guild.value, member),
    ...roleFindings(facts, guild.value, member),
    commands,
  ];
}

function guildTrouble(guild: Asked<GuildAnswer> | null): Finding {
  if (guild?.kind === 'refused') return bad('guild', `the bot is not in it (${guild.status})`, INVITE_FIX);
  return unknown('guild', guild?.kind === 'silence' ? guild.reason : 'it was not asked for');
}

function channelFindings(facts: DiscordFacts, guild: GuildFacts, member: MemberFacts): Finding[] {
  const { channelId, alertChannelId } = facts.settings;
  const chosen = [
    { check: 'channel', id: channelId },
    ...(alertChannelId === null || alertChannelId === channelId
      ? []
      : [{ check: 'alert channel', id: alertChannelId }]),
  ];
  return chosen.map(({ check, id }) => {
    if (id === null)
      return bad(check, 'none is chosen', 'Set DISCORD_CHANNEL_ID to the id of a text channel.');
    return channelFinding(check, facts.channels.get(id), guild, member);
  });
}

function channelFinding(
  check: string,
  channel: Asked<ChannelAnswer> | undefined,
  guild: GuildFacts,
  member: MemberFacts,
): Finding {
  if (channel?.kind === 'refused') {
    const { status, code } = channel;
    const seen = `Discord answers ${status}${code === null ? '' : ` (${code})`}`;
    return bad(check, seen, channelWords(code ?? 0) ?? 'Choose the channel with /setup.');
  }
  if (channel?.kind !== 'ok') return unknown(check, channel?.reason ?? 'it was not asked for');
  const { name, type, guild_id: guildId, permission_overwrites: overwrites } = channel.value;
  if (guildId !== undefined && guildId !== guild.id)
    return bad(
      check,
      `#${name} is in another guild`,
      'Set DISCORD_CHANNEL_ID to a channel of DISCORD_GUILD_ID.',
    );
  if (!WRITABLE.has(type))
    return bad(check, `${name} is no text channel`, 'Set DISCORD_CHANNEL_ID to the id of a text channel.');
  const lacking = lackingIn(permissionsIn(guild, member, overwrites));
  if (lacking.length > 0) {
    const fix = `#${name} → Edit Channel → Permissions → the role of the bot: allow ${lacking.join(', ')}.`;
    return bad(check, `in #${name} the bot lacks ${lacking.join(', ')}${timedOut(member)}`, fix);
  }
  return ok(check, `#${name}, with all that is needed`);
}

const timedOut = ({ isTimedOut }: MemberFacts) => (isTimedOut ? ' (it is timed out)' : '');

function roleFindings(facts: DiscordFacts, guild: GuildFacts, member: MemberFacts): Finding[] {
  const { settings } = facts;
  const staff = [...settings.actRoleIds, ...settings.viewRoleIds, ...settings.adminRoleIds];
  return [
    ...(settings.actRoleIds.length === 0
      ? [warn('staff role', 'none: administrators alone may act', 'Set DISCORD_STAFF_ROLE_ID.')]
      : []),
    ...[...new Set(staff)].map((id) => existing('staff role', 'DISCORD_STAFF_ROLE_ID', id, guild)),
    pingFinding('on-call role', settings.onCallRoleId, facts, guild, member),
    ...(settings.escalationRoleId === null
      ? []
      : [pingFinding('escalation role', settings.escalationRoleId, facts, guild, member)]),
  ];
}

function existing(check: string, setting: string, id: string, guild: GuildFacts): Finding {
  const role = guild.roles.find((one) => one.id === id);
  if (!role) return bad(check, `the guild has no role ${id}`, `Set ${setting} to the id of a role.`);
  return ok(check, role.name);
}

/** A role that can't be pinged wakes nobody: the alert comes in silence. */
function pingFinding(
  check: string,
  id: string | null,
  facts: DiscordFacts,
  guild: GuildFacts,
  member: MemberFacts,
): Finding {
  if (id === null)
    return bad(check, 'none is chosen: a failure wakes nobody', 'Set DISCORD_ON_CALL_ROLE_ID.');
  const found = existing(check, 'DISCORD_ON_CALL_ROLE_ID', id, guild);
  const role = guild.roles.find((one) => one.id === id);
  if (!role || role.mentionable) return found;
  const { alertChannelId, channelId } = facts.settings;
  const channel = facts.channels.get(alertChannelId ?? channelId ?? '');
  const overwrites = channel?.kind === 'ok' ? channel.value.permission_overwrites : [];
  if (permissionsIn(guild, member, overwrites) & PermissionFlagsBits.MentionEveryone) return found;
  const fix = `Server Settings → Roles → ${role.name}: turn on "Allow anyone to @mention this role", or give the bot Mention Everyone.`;
  return bad(check, `the bot may not ping ${role.name}: an alert wakes nobody`, fix);
}

function commandsFinding(commands: Asked<boolean> | null): Finding {
  const fix = 'Run `npm run register-commands`, or start Orderly.';
  if (commands?.kind === 'refused')
    return bad('commands', `Discord answers ${commands.status}`, `${INVITE_FIX} Then: ${fix}`);
  if (commands?.kind !== 'ok') return unknown('commands', commands?.reason ?? 'they were not asked for');
  return commands.value
    ? ok('commands', 'registered as this version has them')
    : bad('commands', 'not those of this version', fix);
}
