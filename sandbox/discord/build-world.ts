import type { Clock } from '../../src/lib/clock.ts';
import { createFaults } from './faults.ts';
import { createGateway } from './gateway.ts';
import { type GuildSeed, type SeededIds, seedGuild } from './guild.ts';
import { createGuildFaults } from './guild-faults.ts';
import { createIds } from './ids.ts';
import type { DiscordEvent } from './types.ts';
import { apiApplication, apiGuildCreate, apiUser } from './wire.ts';
import { botOf, type World } from './world.ts';

export type WorldOptions = {
  clock: Clock;
  factor: () => number;
  token: string;
  answerWithinMs: () => number;
  seed: Partial<GuildSeed>;
  stopping: AbortSignal;
  emit: (event: DiscordEvent) => void;
  origin: () => string;
};

/** A guild as seeded, with nothing said in it yet and nobody connected. */
export function buildWorld(options: WorldOptions): { world: World; ids: SeededIds } {
  const { clock, factor, token, answerWithinMs, stopping, emit, origin } = options;
  const nextId = createIds(clock);
  const { guild, ids } = seedGuild(options.seed, nextId, clock.now());
  const gateway = createGateway({
    clock,
    factor,
    token,
    nextId,
    isDown: () => faults.down || faults.gatewayDown,
    ready: () => readyOf(world),
    guildCreate: () => apiGuildCreate(world),
    onSessions: (connected) => emit({ type: 'sessionsChanged', connected }),
  });
  const faults = createFaults({
    cut: gateway.cutConnections,
    drop: () => gateway.closeConnections(4000),
    guild: createGuildFaults(() => world, ids),
  });
  const world: World = {
    clock,
    answerWithinMs,
    stopping,
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
  return { world, ids };
}

function readyOf(world: World): Record<string, unknown> {
  return {
    v: 10,
    user: apiUser(botOf(world)),
    guilds: [{ id: world.guild.id, unavailable: true }],
    application: { id: world.guild.applicationId, flags: apiApplication(world).flags },
  };
}
