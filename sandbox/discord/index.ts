/** A Discord of one guild on a port of this machine, which an unmodified discord.js can talk to. */
import { createServer, type Server } from 'node:http';
import type { Clock } from '../../src/lib/clock.ts';
import { buildWorld } from './build-world.ts';
import type { GuildSeed } from './guild.ts';
import { createRequestListener } from './http.ts';
import { createRateLimits, DEFAULT_LIMITS, type Limits } from './rate-limits.ts';
import { createRequestLog } from './request-log.ts';
import type { DiscordSimulator } from './simulator.ts';
import { actsOf, adminOf, namesOf } from './simulator-parts.ts';
import type { DiscordEvent } from './types.ts';

export type { SimCommand } from './command-schema.ts';
export type { RawComponent } from './component-schema.ts';
export { Component } from './component-schema.ts';
export { type DiscordFaults, type DiscordSwitch, discordSwitches, flip } from './faults.ts';
export type { GuildSeed, Overwrite, Person, Role } from './guild.ts';
export { Flag } from './message-body.ts';
export { BOT_PERMISSIONS, Permission } from './permission-bits.ts';
export type { Limits } from './rate-limits.ts';
export type { DiscordSimulator } from './simulator.ts';
export type * from './types.ts';

export type DiscordOptions = {
  clock: Clock;
  /** How many times faster than real time the clock runs; waits told to the client are real time. */
  factor?: number | (() => number);
  /** A free port when left out. */
  port?: number;
  /** The only bot token that is accepted. */
  token: string;
  guild?: Partial<GuildSeed>;
  limits?: Partial<Limits>;
  /** How long the bot has for its first answer to an interaction, in milliseconds of the clock; Discord's 3 s unless told. */
  answerWithinMs?: number | (() => number);
};

/** Starts the simulated Discord; it listens when the promise resolves. */
export async function startDiscord(options: DiscordOptions): Promise<DiscordSimulator> {
  const { clock, token, guild: seed = {} } = options;
  const factor = late(options.factor ?? 1);
  const answerWithinMs = late(options.answerWithinMs ?? 3000);
  const stopping = new AbortController();
  const listeners = new Set<(event: DiscordEvent) => void>();
  const emit = (event: DiscordEvent) => {
    for (const listener of listeners) listener(event);
  };
  let port = 0;
  const origin = () => `http://127.0.0.1:${port}`;
  const { world, ids } = buildWorld({
    ...{ clock, factor, token, seed, answerWithinMs },
    ...{ stopping: stopping.signal, emit, origin },
  });
  const log = createRequestLog(clock);
  const limits = createRateLimits(clock, factor, { ...DEFAULT_LIMITS, ...options.limits });
  const server = createServer(createRequestListener({ world, limits, log }));
  server.on('upgrade', world.gateway.upgrade);
  port = await listen(server, options.port ?? 0);

  return {
    url: `${origin()}/api`,
    ...namesOf(world, ids),
    ...actsOf(world),
    ...adminOf(world),
    get interactions() {
      return [...world.interactions.values()].map(({ outcome }) => outcome);
    },
    faults: world.faults,
    requests: log.requests,
    stats: log.stats,
    onRequest: log.onRequest,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connectedSessions: world.gateway.connectedSessions,
    async stop() {
      stopping.abort();
      world.gateway.cutConnections();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What may change while the simulator runs is asked for each time. */
function late(value: number | (() => number)): () => number {
  return typeof value === 'number' ? () => value : value;
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
