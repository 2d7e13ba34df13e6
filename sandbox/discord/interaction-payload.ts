/** INTERACTION_CREATE as Discord sends it. */
import { apiMessage } from './message-wire.ts';
import { permissionsIn } from './permissions.ts';
import type { HeldInteraction, InteractionKind, SimMessage } from './types.ts';
import { apiActor, apiChannel, apiMember, apiRole, apiUser } from './wire.ts';
import { botOf, channelOf, personOf, type World } from './world.ts';

const TYPES: Record<InteractionKind, number> = {
  command: 2,
  contextMenu: 2,
  button: 3,
  select: 3,
  autocomplete: 4,
  modal: 5,
};

/** Sends the interaction to every session of the bot. */
export function dispatchInteraction(
  world: World,
  { outcome, token }: HeldInteraction,
  data: Record<string, unknown>,
  message: SimMessage | null,
): void {
  const { guild } = world;
  const person = personOf(world, outcome.personId);
  const channel = channelOf(world, outcome.channelId);
  world.gateway.dispatch('INTERACTION_CREATE', {
    id: outcome.id,
    application_id: guild.applicationId,
    type: TYPES[outcome.kind],
    token,
    version: 1,
    data,
    guild_id: guild.id,
    guild: { id: guild.id, features: [], locale: 'en-US' },
    channel_id: channel.id,
    channel: { ...apiChannel(guild, channel), permissions: permissionsIn(guild, person, channel).toString() },
    member: apiActor(guild, person, channel),
    app_permissions: permissionsIn(guild, botOf(world), channel).toString(),
    locale: 'en-US',
    guild_locale: 'en-US',
    entitlements: [],
    authorizing_integration_owners: { '0': guild.id },
    context: 0,
    attachment_size_limit: 10_485_760,
    ...(message ? { message: apiMessage(world, message) } : {}),
  });
}

/** The `resolved` part of an interaction's data, for the ids that somebody chose. */
export function resolve(world: World, ids: readonly string[], message: SimMessage | null = null) {
  const { guild } = world;
  const people = ids.flatMap((id) => guild.people.get(id) ?? []);
  const roles = ids.flatMap((id) => guild.roles.get(id) ?? []);
  const channels = ids.flatMap((id) => guild.channels.get(id) ?? []);
  const members = people.map((person) => {
    const { user: _user, ...member } = apiMember(guild, person);
    return [person.id, { ...member, permissions: '0' }];
  });
  return {
    ...(people.length > 0
      ? { users: Object.fromEntries(people.map((person) => [person.id, apiUser(person)])) }
      : {}),
    ...(people.length > 0 ? { members: Object.fromEntries(members) } : {}),
    ...(roles.length > 0 ? { roles: Object.fromEntries(roles.map((role) => [role.id, apiRole(role)])) } : {}),
    ...(channels.length > 0
      ? { channels: Object.fromEntries(channels.map((channel) => [channel.id, apiChannel(guild, channel)])) }
      : {}),
    ...(message ? { messages: { [message.id]: apiMessage(world, message) } } : {}),
  };
}
