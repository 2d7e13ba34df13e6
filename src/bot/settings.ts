import type { MessageRow } from '../orders/purchase.ts';

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

/** What `/setup` chooses; the guild is that of the environment. */
export type Choices = Omit<Settings, 'guildId'>;
export type Field = keyof Choices;

/** Nothing chosen: what a new deployment begins with, beside its guild. */
export const NO_SETTINGS: Choices = {
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

/** Where a message of this kind is posted; null while no channel is chosen. One that stands already is edited where it stands. */
export function channelFor(
  settings: Pick<Settings, 'channelId' | 'alertChannelId'>,
  kind: MessageRow['kind'],
): string | null {
  return (callsSomebody(kind) ? settings.alertChannelId : null) ?? settings.channelId;
}

export function callsSomebody(kind: MessageRow['kind']): boolean {
  return kind === 'alert' || kind === 'call';
}

/** Every channel that is chosen, each once. */
export function channelsOf(settings: Pick<Settings, 'channelId' | 'alertChannelId'>): string[] {
  return [...new Set([settings.channelId, settings.alertChannelId])].filter((id) => id !== null);
}

/** What must be chosen before Orderly can do its work, in words for /readyz, the log and every answer; null when all of it is. */
export function missingOf(settings: Pick<Settings, 'channelId' | 'onCallRoleId'>): string | null {
  const missing = [
    settings.channelId === null ? 'no channel' : null,
    settings.onCallRoleId === null ? 'no on-call role' : null,
  ].filter((part) => part !== null);
  if (missing.length === 0) return null;
  const so =
    settings.channelId === null
      ? 'no purchase and no alert is shown in Discord'
      : 'an alert comes and calls nobody';
  return `${missing.join(' and ')} chosen yet, so ${so}: an administrator runs /setup`;
}
