import { BOT_PERMISSIONS, EVERYONE_PERMISSIONS, Permission } from './permission-bits.ts';

export type Role = {
  id: string;
  name: string;
  color: number;
  position: number;
  permissions: bigint;
  mentionable: boolean;
  /** The bot that this role belongs to, for a bot's own role. */
  botId: string | null;
};

export type Person = {
  id: string;
  username: string;
  displayName: string;
  bot: boolean;
  roleIds: string[];
};

export type Overwrite = { allow: bigint; deny: bigint };

export type ThreadState = {
  archived: boolean;
  /** When it was last archived or opened again. */
  archiveChangedMs: number;
  locked: boolean;
  autoArchiveMinutes: number;
  /** How many messages are there, and how many ever were; the one that it was started from does not count. */
  messages: number;
  sent: number;
};

export type Channel = {
  id: string;
  /** 0 text, 11 public thread, 12 private thread. */
  type: 0 | 11 | 12;
  name: string;
  position: number;
  parentId: string | null;
  ownerId: string | null;
  createdMs: number;
  lastMessageId: string | null;
  /** By id of a role or a person. */
  overwrites: Map<string, Overwrite>;
  thread: ThreadState | null;
};

export type Guild = {
  id: string;
  name: string;
  ownerId: string;
  applicationId: string;
  createdMs: number;
  roles: Map<string, Role>;
  people: Map<string, Person>;
  channels: Map<string, Channel>;
};

export type SeedName =
  | 'guild'
  | 'application'
  | 'owner'
  | 'staff'
  | 'onCall'
  | 'secondLine'
  | 'support'
  | 'admins'
  | 'administrator'
  | 'bot'
  | 'purchases'
  | 'alerts'
  | 'general'
  | 'anna'
  | 'ben'
  | 'carl'
  | 'dora'
  | 'emil';

/** How the guild starts; what is left out takes the default. */
export type GuildSeed = {
  name: string;
  /** Fixed ids, for state that outlives a run; the others are made from the clock. */
  ids: Partial<Record<SeedName, string>>;
  /** Permissions of the bot's own role. @everyone has the usual ones, so use `botOverwrite` to take those away. */
  botPermissions: bigint;
  /** What the bot's role is allowed and denied in #purchases. */
  botOverwrite: Overwrite;
  onCallMentionable: boolean;
};

export type SeededIds = Record<SeedName, string>;

/** The guild that a run starts with, and the ids of its parts by name. */
export function seedGuild(
  seed: Partial<GuildSeed>,
  nextId: () => string,
  nowMs: number,
): { guild: Guild; ids: SeededIds } {
  const id = (name: SeedName) => seed.ids?.[name] ?? nextId();
  const ids: SeededIds = {
    guild: id('guild'),
    application: id('application'),
    owner: id('owner'),
    staff: id('staff'),
    onCall: id('onCall'),
    secondLine: id('secondLine'),
    support: id('support'),
    admins: id('admins'),
    administrator: id('administrator'),
    bot: id('bot'),
    purchases: id('purchases'),
    alerts: id('alerts'),
    general: id('general'),
    anna: id('anna'),
    ben: id('ben'),
    carl: id('carl'),
    dora: id('dora'),
    emil: id('emil'),
  };
  const guild: Guild = {
    id: ids.guild,
    name: seed.name ?? 'Blockhaven Hosting',
    ownerId: ids.owner,
    applicationId: ids.application,
    createdMs: nowMs,
    roles: byId(seedRoles(seed, ids)),
    people: byId(seedPeople(ids)),
    channels: byId([
      textChannel(ids.purchases, 'purchases', 0, nowMs),
      textChannel(ids.alerts, 'alerts', 1, nowMs),
      textChannel(ids.general, 'general', 2, nowMs),
    ]),
  };
  if (seed.botOverwrite) guild.channels.get(ids.purchases)?.overwrites.set(ids.bot, seed.botOverwrite);
  return { guild, ids };
}

function seedRoles(seed: Partial<GuildSeed>, ids: SeededIds): Role[] {
  const role = (id: string, name: string, position: number, color: number): Role => ({
    id,
    name,
    position,
    color,
    permissions: 0n,
    mentionable: false,
    botId: null,
  });
  return [
    { ...role(ids.guild, '@everyone', 0, 0), permissions: EVERYONE_PERMISSIONS },
    role(ids.support, 'Support', 1, 0x2dd4bf),
    role(ids.staff, 'Staff', 2, 0x3b82f6),
    { ...role(ids.onCall, 'On call', 3, 0xf97316), mentionable: seed.onCallMentionable ?? true },
    { ...role(ids.secondLine, 'Second line', 4, 0xe879f9), mentionable: true },
    role(ids.admins, 'Admins', 5, 0xfacc15),
    // Discord's own right to everything, apart from the role that a bot may be told to take for its administrators.
    { ...role(ids.administrator, 'Owner', 6, 0xef4444), permissions: Permission.Administrator },
    {
      ...role(ids.bot, 'Orderly', 7, 0),
      permissions: seed.botPermissions ?? BOT_PERMISSIONS,
      botId: ids.application,
    },
  ];
}

function seedPeople(ids: SeededIds): Person[] {
  const person = (id: string, username: string, displayName: string, roleIds: string[]): Person => ({
    id,
    username,
    displayName,
    bot: false,
    roleIds,
  });
  return [
    { ...person(ids.application, 'orderly', 'Orderly', [ids.bot]), bot: true },
    person(ids.owner, 'olga', 'Olga', []),
    person(ids.anna, 'anna', 'Anna', [ids.staff, ids.onCall]),
    person(ids.ben, 'ben', 'Ben', [ids.staff, ids.secondLine]),
    person(ids.carl, 'carl', 'Carl', []),
    person(ids.dora, 'dora', 'Dora', [ids.support]),
    person(ids.emil, 'emil', 'Emil', [ids.admins, ids.administrator]),
  ];
}

/** A new text channel without overwrites. */
export function textChannel(id: string, name: string, position: number, createdMs: number): Channel {
  return {
    id,
    type: 0,
    name,
    position,
    parentId: null,
    ownerId: null,
    createdMs,
    lastMessageId: null,
    overwrites: new Map(),
    thread: null,
  };
}

function byId<T extends { id: string }>(items: T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}
