/** A Discord of one guild on a port of this machine, which an unmodified discord.js can talk to. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/lib/clock.ts';
import * as admin from './admin.ts';
import { createFaults } from './faults.ts';
import { createGateway } from './gateway.ts';
import { type GuildSeed, seedGuild } from './guild.ts';
import { createRequestListener } from './http.ts';
import { createIds } from './ids.ts';
import { removeMessage, visibleMessages } from './messages.ts';
import { press, say, select, submitModal } from './people.ts';
import { autocomplete, contextMenu, runCommand } from './people-commands.ts';
import { createRateLimits, DEFAULT_LIMITS, type Limits } from './rate-limits.ts';
import { createRequestLog } from './request-log.ts';
import { gatewayUrl } from './routes/account.ts';
import type { DiscordSimulator } from './simulator.ts';
import type { DiscordEvent } from './types.ts';
import { apiApplication, apiGuildCreate, apiUser } from './wire.ts';
import { botOf, type World } from './world.ts';

export type { SimCommand } from './command-schema.ts';
export type { RawComponent } from './component-schema.ts';
export { Component } from './component-schema.ts';
export { type DiscordFaults, type DiscordSwitch, discordSwitches, flip } from './faults.ts';
export type { GuildSeed, Overwrite, Person, Role } from './guild.ts';
export { Flag } from './message-body.ts';
export { BOT_PERMISSIONS, Permission } from './permissions.ts';
export type { Limits } from './rate-limits.ts';
export type { DiscordSimulator } from './simulator.ts';
export type * from './types.ts';

export type DiscordOptions = {
  clock: Clock;
  /** How many times faster than real time the clock runs; waits told to the client are real time. */
  factor?: number;
  /** A free port when left out. */
  port?: number;
  /** The only bot token that is accepted. */
  token: string;
  guild?: Partial<GuildSeed>;
  limits?: Partial<Limits>;
};

/** Starts the simulated Discord; it listens when the promise resolves. */
export async function startDiscord(options: DiscordOptions): Promise<DiscordSimulator> {
  const { clock, factor = 1, token } = options;
  const stopping = new AbortController();
  const listeners = new Set<(event: DiscordEvent) => void>();
  const emit = (event: DiscordEvent) => {
    for (const listener of listeners) listener(event);
  };
  const nextId = createIds(clock);
  const { guild, ids } = seedGuild(options.guild ?? {}, nextId, clock.now());
  let port = options.port ?? 0;
  const origin = () => `http://127.0.0.1:${port}`;
  const gateway = createGateway({
    clock,
    factor,
    token,
    nextId,
    isDown: () => faults.down || faults.gatewayDown,
    ready: () => ({
      v: 10,
      user: apiUser(botOf(world)),
      guilds: [{ id: guild.id, unavailable: true }],
      application: { id: guild.applicationId, flags: apiApplication(world).flags },
    }),
    guildCreate: () => apiGuildCreate(world),
    url: () => gatewayUrl(origin()),
    onSessions: (connected) => emit({ type: 'sessionsChanged', connected }),
  });
  const faults = createFaults({ cut: gateway.cutConnections, drop: () => gateway.closeConnections(4000) });
  const world: World = {
    clock,
    stopping: stopping.signal,
    nextId,
    token,
    guild,
    messages: new Map(),
    interactions: new Map(),
    commands: [],
    faults,
    gateway,
    emit,
    origin,
  };
  const log = createRequestLog(clock);
  const limits = createRateLimits(clock, factor, { ...DEFAULT_LIMITS, ...options.limits });
  const server = createServer(createRequestListener({ world, limits, log }));
  server.on('upgrade', gateway.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  port = portOf(server.address());

  return {
    url: `${origin()}/api`,
    token,
    applicationId: guild.applicationId,
    guildId: guild.id,
    channels: { purchases: ids.purchases, general: ids.general },
    roles: { staff: ids.staff, onCall: ids.onCall, bot: ids.bot },
    people: { anna: ids.anna, ben: ids.ben, carl: ids.carl },
    guild: () => ({
      id: guild.id,
      name: guild.name,
      roles: [...guild.roles.values()],
      people: [...guild.people.values()],
      channels: [...guild.channels.values()],
    }),
    async stop() {
      stopping.abort();
      gateway.cutConnections();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    messages: (channelId, personId) => visibleMessages(world, channelId, personId),
    deleteMessage(channelId, messageId) {
      const message = world.messages.get(messageId);
      if (!message || message.deleted || message.channelId !== channelId) {
        throw new Error(`there is no message ${messageId} in this channel`);
      }
      removeMessage(world, message);
    },
    say: (what) => say(world, what),
    press: async (on) => press(world, on),
    select: async (on) => select(world, on),
    runCommand: async (use) => runCommand(world, use),
    autocomplete: async (use) => autocomplete(world, use),
    submitModal: async (answers) => submitModal(world, answers),
    contextMenu: async (use) => contextMenu(world, use),
    get interactions() {
      return [...world.interactions.values()].map(({ outcome }) => outcome);
    },
    commands: () => world.commands,
    changeRole: (roleId, change) => admin.changeRole(world, roleId, change),
    changeOverwrite: (channelId, targetId, overwrite) =>
      admin.changeOverwrite(world, channelId, targetId, overwrite),
    changePersonRoles: (personId, roleIds) => admin.changePersonRoles(world, personId, roleIds),
    deleteChannel: (channelId) => admin.deleteChannel(world, channelId),
    faults,
    requests: log.requests,
    stats: log.stats,
    onRequest: log.onRequest,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connectedSessions: gateway.connectedSessions,
  };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
