import { BOT_PERMISSIONS, EVERYONE_PERMISSIONS } from './permissions.ts';

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

export type ThreadState = { archived: boolean; locked: boolean; autoArchiveMinutes: number };

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
  | 'bot'
  | 'purchases'
  | 'general'
  | 'anna'
  | 'ben'
  | 'carl';

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
    bot: id('bot'),
    purchases: id('purchases'),
    general: id('general'),
    anna: id('anna'),
    ben: id('ben'),
    carl: id('carl'),
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
      textChannel(ids.general, 'general', 1, nowMs),
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
    role(ids.staff, 'staff', 1, 0x3b82f6),
    { ...role(ids.onCall, 'on-call', 2, 0xf97316), mentionable: seed.onCallMentionable ?? true },
    {
      ...role(ids.bot, 'Orderly', 3, 0),
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
    person(ids.ben, 'ben', 'Ben', [ids.staff]),
    person(ids.carl, 'carl', 'Carl', []),
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
