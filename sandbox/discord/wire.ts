/** The guild as Discord's JSON. */
import type { Channel, Guild, Person, Role } from './guild.ts';
import { permissionsIn } from './permissions.ts';
import { botOf, personOf, type World } from './world.ts';

export const iso = (ms: number) => new Date(ms).toISOString().replace('Z', '000+00:00');

export function apiUser(person: Person) {
  return {
    id: person.id,
    username: person.username,
    global_name: person.bot ? null : person.displayName,
    discriminator: person.bot ? '0001' : '0',
    avatar: null,
    bot: person.bot,
    public_flags: 0,
  };
}

export function apiMember(guild: Guild, person: Person) {
  return {
    user: apiUser(person),
    nick: null,
    avatar: null,
    roles: person.roleIds,
    joined_at: iso(guild.createdMs),
    premium_since: null,
    communication_disabled_until: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
  };
}

/** The member who acts, as an interaction carries it. */
export function apiActor(guild: Guild, person: Person, channel: Channel) {
  return { ...apiMember(guild, person), permissions: permissionsIn(guild, person, channel).toString() };
}

export function apiRole(role: Role) {
  return {
    id: role.id,
    name: role.name,
    color: role.color,
    colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: role.position,
    permissions: role.permissions.toString(),
    managed: role.botId !== null,
    mentionable: role.mentionable,
    flags: 0,
    ...(role.botId ? { tags: { bot_id: role.botId } } : {}),
  };
}

export function apiChannel(guild: Guild, channel: Channel) {
  const shared = {
    id: channel.id,
    type: channel.type,
    guild_id: guild.id,
    name: channel.name,
    parent_id: channel.parentId,
    last_message_id: channel.lastMessageId,
    rate_limit_per_user: 0,
    flags: 0,
  };
  if (channel.thread) return { ...shared, ...threadFields(channel, channel.thread) };
  return {
    ...shared,
    position: channel.position,
    topic: null,
    nsfw: false,
    permission_overwrites: [...channel.overwrites].map(([id, { allow, deny }]) => ({
      id,
      type: guild.roles.has(id) ? 0 : 1,
      allow: allow.toString(),
      deny: deny.toString(),
    })),
  };
}

function threadFields(channel: Channel, thread: NonNullable<Channel['thread']>) {
  return {
    owner_id: channel.ownerId,
    message_count: thread.messages,
    member_count: 1,
    total_message_sent: thread.sent,
    thread_metadata: {
      archived: thread.archived,
      locked: thread.locked,
      auto_archive_duration: thread.autoArchiveMinutes,
      archive_timestamp: iso(thread.archiveChangedMs),
      create_timestamp: iso(channel.createdMs),
    },
  };
}

export function apiGuild(guild: Guild) {
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    region: 'deprecated',
    preferred_locale: 'en-US',
    features: [],
    roles: [...guild.roles.values()].map(apiRole),
    emojis: [],
    stickers: [],
    afk_channel_id: null,
    afk_timeout: 300,
    application_id: null,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    public_updates_channel_id: null,
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    vanity_url_code: null,
    verification_level: 1,
    widget_enabled: false,
    widget_channel_id: null,
    incidents_data: null,
  };
}

/** The GUILD_CREATE that follows READY. Without GuildMembers it lists only the bot itself. */
export function apiGuildCreate(world: World) {
  const { guild } = world;
  const channels = [...guild.channels.values()];
  return {
    ...apiGuild(guild),
    joined_at: iso(guild.createdMs),
    large: false,
    unavailable: false,
    member_count: guild.people.size,
    members: [apiMember(guild, botOf(world))],
    channels: channels.filter(({ thread }) => !thread).map((channel) => apiChannel(guild, channel)),
    threads: channels.filter(({ thread }) => thread).map((channel) => apiChannel(guild, channel)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

export function apiApplication(world: World) {
  const bot = botOf(world);
  return {
    id: world.guild.applicationId,
    name: bot.displayName,
    icon: null,
    description: '',
    summary: '',
    bot: apiUser(bot),
    bot_public: false,
    bot_require_code_grant: false,
    flags: 0,
    hook: true,
    verify_key: '0'.repeat(64),
    owner: apiUser(personOf(world, world.guild.ownerId)),
    team: null,
    interactions_endpoint_url: null,
    integration_types_config: { '0': {} },
    approximate_guild_count: 1,
  };
}
