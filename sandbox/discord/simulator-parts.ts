/** The simulator's methods, each bound to its world. */
import * as admin from './admin.ts';
import type { SeededIds } from './guild.ts';
import { visibleMessages } from './messages.ts';
import { press, say, select, submitModal } from './people.ts';
import { autocomplete, contextMenu, runCommand } from './people-commands.ts';
import type { DiscordSimulator } from './simulator.ts';
import type { World } from './world.ts';

type Names = 'token' | 'applicationId' | 'guildId' | 'channels' | 'roles' | 'people' | 'guild';
type Admin = 'deleteMessage' | 'changeRole' | 'changeOverwrite' | 'changePersonRoles' | 'deleteChannel';
type Acts =
  | 'messages'
  | 'say'
  | 'press'
  | 'select'
  | 'runCommand'
  | 'autocomplete'
  | 'submitModal'
  | 'contextMenu'
  | 'commands';

/** What there is in the guild. */
export function namesOf(world: World, ids: SeededIds): Pick<DiscordSimulator, Names> {
  const { guild } = world;
  return {
    token: world.token,
    applicationId: guild.applicationId,
    guildId: guild.id,
    channels: { purchases: ids.purchases, alerts: ids.alerts, general: ids.general },
    roles: {
      staff: ids.staff,
      onCall: ids.onCall,
      secondLine: ids.secondLine,
      support: ids.support,
      admins: ids.admins,
      administrator: ids.administrator,
      bot: ids.bot,
    },
    people: { anna: ids.anna, ben: ids.ben, carl: ids.carl, dora: ids.dora, emil: ids.emil },
    guild: () => ({
      id: guild.id,
      name: guild.name,
      roles: [...guild.roles.values()],
      people: [...guild.people.values()],
      channels: [...guild.channels.values()],
    }),
  };
}

/** What people see and do. Async, so that an impossible act rejects rather than throws. */
export function actsOf(world: World): Pick<DiscordSimulator, Acts> {
  return {
    messages: (channelId, personId) => visibleMessages(world, channelId, personId),
    say: (what) => say(world, what),
    press: async (on) => press(world, on),
    select: async (on) => select(world, on),
    runCommand: async (use) => runCommand(world, use),
    autocomplete: async (use) => autocomplete(world, use),
    submitModal: async (answers) => submitModal(world, answers),
    contextMenu: async (use) => contextMenu(world, use),
    commands: () => world.commands,
  };
}

/** What an admin does. */
export function adminOf(world: World): Pick<DiscordSimulator, Admin> {
  return {
    deleteMessage: (channelId, messageId) => admin.deleteMessage(world, channelId, messageId),
    changeRole: (roleId, change) => admin.changeRole(world, roleId, change),
    changeOverwrite: (channelId, targetId, overwrite) =>
      admin.changeOverwrite(world, channelId, targetId, overwrite),
    changePersonRoles: (personId, roleIds) => admin.changePersonRoles(world, personId, roleIds),
    deleteChannel: (channelId) => admin.deleteChannel(world, channelId),
  };
}
