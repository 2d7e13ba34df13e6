import { textsOf } from './components.ts';
import type { Channel, Guild, Person } from './guild.ts';
import type { MessageBody } from './message-body.ts';
import { Permission } from './permission-bits.ts';
import { may } from './permissions.ts';
import type { Pings, SimMessage } from './types.ts';

export const NO_PINGS: Pings = { everyone: false, roles: [], users: [] };

/**
 * Who a new message notifies: named in its text, let through by `allowed_mentions` (left out: all are), and within
 * the author's rights. A role that is not mentionable needs MENTION_EVERYONE.
 */
export function pingsOf(
  guild: Guild,
  author: Person,
  channel: Channel,
  body: MessageBody,
  repliedTo: SimMessage | null,
): Pings {
  const text = mentionable(body);
  const allowed = body.allowed_mentions ?? { parse: ['roles', 'users', 'everyone'], replied_user: true };
  const lets = (kind: 'roles' | 'users', id: string) =>
    allowed.parse?.includes(kind) || (allowed[kind]?.includes(id) ?? false);
  const mentionsAll = may(guild, author, channel, Permission.MentionEveryone);
  const roles = idsIn(text, /<@&(\d{17,19})>/g).filter((id) => {
    const role = guild.roles.get(id);
    return role && id !== guild.id && lets('roles', id) && (role.mentionable || mentionsAll);
  });
  const users = idsIn(text, /<@!?(\d{17,19})>/g).filter((id) => guild.people.has(id) && lets('users', id));
  const replied =
    repliedTo && allowed.replied_user && repliedTo.authorId !== author.id ? [repliedTo.authorId] : [];
  return {
    everyone: mentionsAll && Boolean(allowed.parse?.includes('everyone')) && /@(everyone|here)\b/.test(text),
    roles,
    users: [...new Set([...users, ...replied])],
  };
}

/** The people whom pings reach. */
export function peopleReached(guild: Guild, pings: Pings): string[] {
  return [...guild.people.values()]
    .filter(({ bot }) => !bot)
    .filter(
      ({ id, roleIds }) =>
        pings.everyone || pings.users.includes(id) || pings.roles.some((role) => roleIds.includes(role)),
    )
    .map(({ id }) => id);
}

function mentionable(body: MessageBody): string {
  return [body.content ?? '', ...textsOf(body.components ?? [])].map(withoutCode).join('\n');
}

/** Nothing inside code is a mention. */
function withoutCode(text: string): string {
  return text.replace(/```[\s\S]*?```/g, ' ').replace(/(`+)([^\n]*?[^`\n])\1(?!`)/g, ' ');
}

function idsIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].flatMap((match) => match[1] ?? []))];
}
