import type { Clock } from '../../src/lib/clock.ts';
import type { SimCommand } from './command-schema.ts';
import type { DiscordFaults } from './faults.ts';
import type { Gateway } from './gateway.ts';
import type { Channel, Guild, Person } from './guild.ts';
import type { DiscordEvent, HeldInteraction, SimMessage } from './types.ts';

/** All state of a simulated Discord; the first argument of whatever reads or changes it. */
export type World = {
  clock: Clock;
  /** How long the bot has for its first answer to an interaction, in milliseconds of the clock. */
  answerWithinMs: () => number;
  /** Aborts when the simulator stops, so that nothing waits on. */
  stopping: AbortSignal;
  nextId: () => string;
  token: string;
  guild: Guild;
  /** By message id, deleted ones included. */
  messages: Map<string, SimMessage>;
  interactions: Map<string, HeldInteraction>;
  commands: SimCommand[];
  faults: DiscordFaults;
  gateway: Gateway;
  emit: (event: DiscordEvent) => void;
  /** The base that attachment links start with; known once the server listens. */
  origin: () => string;
};

/** The bot's user. */
export function botOf(world: World): Person {
  return personOf(world, world.guild.applicationId);
}

/** A person of the guild; a wrong id is a mistake of the caller. */
export function personOf(world: World, id: string): Person {
  const person = world.guild.people.get(id);
  if (!person) throw new Error(`nobody in this guild has the id ${id}`);
  return person;
}

/** A channel or thread of the guild; a wrong id is a mistake of the caller. */
export function channelOf(world: World, id: string): Channel {
  const channel = world.guild.channels.get(id);
  if (!channel) throw new Error(`this guild has no channel ${id}`);
  return channel;
}
