/** Where the messages go, whom they call, and who may do what: Discord ids throughout. */
export type Settings = {
  guildId: string;
  /** The live messages of purchases. Null: not chosen yet. */
  channelId: string | null;
  /** The alerts; null: in the channel of the purchases. */
  alertChannelId: string | null;
  /** What a failure pings while nobody is on call by name. */
  onCallRoleId: string | null;
  /** Whom an alert calls next when nobody acknowledges it: a role, then a person. */
  escalationRoleId: string | null;
  escalationUserId: string | null;
  /** People who are named when the role can't be pinged. */
  namedUserIds: string[];
  /** Who may look, who may act as well, and who may change settings as well. Administrators of the guild may do all. */
  viewRoleIds: string[];
  actRoleIds: string[];
  adminRoleIds: string[];
};

/** Nothing chosen: what a new deployment begins with, beside its guild. */
export const NO_SETTINGS: Omit<Settings, 'guildId'> = {
  channelId: null,
  alertChannelId: null,
  onCallRoleId: null,
  escalationRoleId: null,
  escalationUserId: null,
  namedUserIds: [],
  viewRoleIds: [],
  actRoleIds: [],
  adminRoleIds: [],
};
