import { ChannelType, PermissionFlagsBits } from 'discord.js';
import type { Channel, Guild, GuildReader, Member } from '../bot/guild.ts';
import { rightsIn } from '../bot/guild-rights.ts';
import { MENTION_EVERYONE, PERMISSIONS } from '../bot/invite.ts';
import { channelFor, channelsOf, type Settings } from '../bot/settings.ts';

/** One thing that is as it should be, or not, and then where to click. Names are as Discord has them: foreign text. */
export type Finding = {
  level: 'good' | 'warning' | 'bad';
  /** What it is about. */
  about: { kind: 'channel' | 'role' | 'user'; id: string } | null;
  says: string;
  click?: string;
  /** A name inside of `click`, to be shown inert. */
  name?: string;
};

export type SetupFacts = {
  guild: Guild;
  channels: Channel[];
  self: Member;
  /** People who are chosen; null: not in the server. */
  people: Map<string, Member | null>;
};

/** Reads what the check needs. @throws what discord.js throws, and Error when the bot is not in the server. */
export async function readSetupFacts(reader: GuildReader, settings: Settings): Promise<SetupFacts> {
  const [guild, channels, self] = await Promise.all([reader.guild(), reader.channels(), reader.self()]);
  if (self === null) throw new Error('the bot is not in the server');
  const people = new Map<string, Member | null>();
  for (const id of new Set([settings.escalationUserId ?? [], settings.namedUserIds].flat())) {
    people.set(id, await reader.member(id));
  }
  return { guild, channels, self, people };
}

/** What is wrong with the settings and the permissions, and where to click; what is well, in short. */
export function checkSetup(facts: SetupFacts, settings: Settings): Finding[] {
  return [
    ...channelsOf(settings).flatMap((id) => checkChannel(facts, id)),
    ...(settings.channelId === null
      ? [bad('No channel for purchases is chosen.', 'Channels → Purchases')]
      : []),
    ...checkOnCall(facts, settings),
    ...checkEscalation(facts, settings),
    ...[...facts.people].flatMap(([id, member]) => checkPerson(facts, settings, id, member)),
    ...checkRights(facts, settings),
  ];
}

function checkChannel({ guild, channels, self }: SetupFacts, id: string): Finding[] {
  const about = { kind: 'channel', id } as const;
  const channel = channels.find((one) => one.id === id);
  if (!channel) return [{ ...bad('This channel is gone.', 'Channels → choose another'), about }];
  if (channel.type !== ChannelType.GuildText) {
    return [{ ...bad('This is no text channel.', 'Channels → choose another'), about }];
  }
  const rights = rightsIn(guild, self, channel);
  const missing = PERMISSIONS.filter(({ bit }) => !(rights & bit));
  if (missing.length === 0) return [{ ...good('Every permission is there.'), about }];
  return missing.map(({ name, bit, why }) => ({
    ...bad(
      `**${name}** is missing: ${why}.`,
      `Edit Channel → Permissions → ${whose(self, channel, bit)} → ✅ ${name}`,
    ),
    about,
    name: botName(guild, self),
  }));
}

/** An overwrite for the bot itself wins over its role: there it is to be changed. `{}` stands for the name. */
function whose(self: Member, channel: Channel, bit: bigint): string {
  const own = channel.permission_overwrites.find(({ id }) => id === self.user.id);
  return own && own.deny & bit ? '{} (the member)' : '+ → {} (the role)';
}

/** The name of the bot's own role, which Discord makes when it is invited. */
function botName(guild: Guild, self: Member): string {
  return guild.roles.find((role) => role.tags?.bot_id === self.user.id)?.name ?? self.user.username;
}

function checkOnCall(facts: SetupFacts, settings: Settings): Finding[] {
  const id = settings.onCallRoleId;
  if (id === null)
    return [bad('No on-call role is chosen: an alert calls nobody.', 'Whom to call → On call')];
  return checkCalled(facts, settings, id, 'bad');
}

function checkEscalation(facts: SetupFacts, settings: Settings): Finding[] {
  const { escalationRoleId: role, escalationUserId: user } = settings;
  if (role === null && user === null) {
    return [
      {
        level: 'warning',
        about: null,
        says: 'No escalation: an alert that nobody acknowledges calls nobody else.',
        click: 'Whom to call → Escalation',
      },
    ];
  }
  return role === null ? [] : checkCalled(facts, settings, role, 'warning');
}

/** Whether a ping of this role reaches anybody. */
function checkCalled(facts: SetupFacts, settings: Settings, id: string, level: 'bad' | 'warning'): Finding[] {
  const about = { kind: 'role', id } as const;
  const role = facts.guild.roles.find((one) => one.id === id);
  if (!role) return [{ level, about, says: 'This role is gone.', click: 'Whom to call → choose another' }];
  const channel = facts.channels.find((one) => one.id === channelFor(settings, 'alert'));
  const rights = channel ? rightsIn(facts.guild, facts.self, channel) : 0n;
  if (role.mentionable || rights & MENTION_EVERYONE) return [{ ...good('It can be pinged.'), about }];
  const click = 'Server Settings → Roles → {} → ✅ Allow anyone to @mention this role';
  return [{ level, about, says: 'A ping of this role reaches nobody.', click, name: role.name }];
}

function checkPerson(facts: SetupFacts, settings: Settings, id: string, member: Member | null): Finding[] {
  const about = { kind: 'user', id } as const;
  const warning = (says: string, click: string): Finding => ({ level: 'warning', about, says, click });
  if (member === null) return [warning('This person is not in the server.', 'Whom to call → choose another')];
  if (member.user.bot)
    return [warning('This is a bot: nobody hears it being called.', 'Whom to call → choose a person')];
  const channel = facts.channels.find((one) => one.id === channelFor(settings, 'alert'));
  if (channel && !(rightsIn(facts.guild, member, channel) & PermissionFlagsBits.ViewChannel)) {
    return [
      warning(
        'This person cannot see the alerts, and is not called.',
        'Edit Channel → Permissions → + → the person → ✅ View Channel',
      ),
    ];
  }
  return [{ ...good('Is in the server and sees the alerts.'), about }];
}

function checkRights({ guild }: SetupFacts, settings: Settings): Finding[] {
  const lists = [settings.viewRoleIds, settings.actRoleIds, settings.adminRoleIds];
  const gone = [...new Set(lists.flat())].filter((id) => !guild.roles.some((role) => role.id === id));
  const findings = gone.map((id): Finding => {
    const about = { kind: 'role', id } as const;
    return { level: 'warning', about, says: 'This role is gone.', click: 'Who may → choose others' };
  });
  if (settings.actRoleIds.length + settings.adminRoleIds.length > 0) return findings;
  const says = 'No role may act: only administrators of the Discord server can press Retry.';
  return [...findings, { level: 'warning', about: null, says, click: 'Who may → Act' }];
}

const bad = (says: string, click: string): Finding => ({ level: 'bad', about: null, says, click });
const good = (says: string): Finding => ({ level: 'good', about: null, says });
