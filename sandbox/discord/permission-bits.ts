/** The permission bits that matter here (Discord's "Permissions" reference). */
export const Permission = {
  Administrator: 1n << 3n,
  AddReactions: 1n << 6n,
  ViewChannel: 1n << 10n,
  SendMessages: 1n << 11n,
  ManageMessages: 1n << 13n,
  EmbedLinks: 1n << 14n,
  AttachFiles: 1n << 15n,
  ReadMessageHistory: 1n << 16n,
  MentionEveryone: 1n << 17n,
  UseExternalEmojis: 1n << 18n,
  UseApplicationCommands: 1n << 31n,
  ManageThreads: 1n << 34n,
  CreatePublicThreads: 1n << 35n,
  CreatePrivateThreads: 1n << 36n,
  SendMessagesInThreads: 1n << 38n,
} as const;

export const ALL_PERMISSIONS = (1n << 52n) - 1n;

export const EVERYONE_PERMISSIONS =
  Permission.AddReactions |
  Permission.ViewChannel |
  Permission.SendMessages |
  Permission.EmbedLinks |
  Permission.ReadMessageHistory |
  Permission.UseApplicationCommands |
  Permission.SendMessagesInThreads;

/** What the bot asks for at its invitation. Not MentionEveryone: the on-call role is mentionable instead. */
export const BOT_PERMISSIONS =
  EVERYONE_PERMISSIONS |
  Permission.AttachFiles |
  Permission.UseExternalEmojis |
  Permission.ManageThreads |
  Permission.CreatePublicThreads |
  Permission.CreatePrivateThreads;
