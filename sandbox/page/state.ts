import { CommandType } from '../discord/command-schema.ts';
import type { InteractionOutcome, SimCommand, SimMessage } from '../discord/index.ts';
import type { World } from '../world.ts';
import { switchesOf } from './switches.ts';

export const PEOPLE = ['anna', 'ben', 'carl', 'dora', 'emil'] as const;
export type PersonName = (typeof PEOPLE)[number];

/** For how long a failed press or command stays on the page, in real time. */
const FAILED_SHOWN_MS = 20_000;

/** All that the page draws, as one person of the channel sees it. */
export async function pageState(world: World, person: PersonName): Promise<object> {
  const { discord } = world;
  const personId = discord.people[person];
  const guild = discord.guild();
  const of = (type: number) => discord.commands().filter((command) => command.type === type);
  return {
    now: world.clock.now(),
    factor: world.factor,
    person,
    personId,
    guildName: guild.name,
    people: guild.people.map(({ id, displayName, bot, roleIds }) => ({ id, displayName, bot, roleIds })),
    names: discord.people,
    roles: guild.roles
      .filter(({ id }) => id !== guild.id)
      .map(({ id, name, color, position, botId }) => ({ id, name, color, position, isBot: botId !== null })),
    online: discord.connectedSessions() > 0,
    channels: channelsOf(world, personId),
    waiting: waiting(world, personId),
    modal: lastModal(world, personId),
    commands: of(CommandType.ChatInput).map(shownCommand),
    menus: { message: of(CommandType.Message).map(nameOf), user: of(CommandType.User).map(nameOf) },
    switches: switchesOf(world),
    ...(await shop(world)),
  };
}

const nameOf = ({ name }: { name: string }) => name;
const shownCommand = ({ id, name, description, options }: SimCommand) => ({ id, name, description, options });

async function shop(world: World): Promise<object> {
  const { database } = world;
  const [orders] = await database`
    select count(*)::int as bought, count(*) filter (where install = 'ready')::int as ready,
      count(*) filter (where incident_id is not null and install is distinct from 'ready')::int as failed
    from orderly_purchases`;
  const plans = await database<{ id: string; name: string; memory: number }[]>`
    select id, name, memory::int as memory from plans order by memory`;
  const regions = await database<{ region: string }[]>`select distinct region from ptero_nodes order by 1`;
  return {
    counters: { ...orders, servers: world.panel.state.servers.length },
    plans: plans.map(({ id, name, memory }) => ({ id, name, priceMinor: priceOf(memory) })),
    regions: regions.map(({ region }) => region),
  };
}

/** What a plan costs a month in this shop, in cents. */
export function priceOf(memoryMb: number): number {
  return 149 + Math.round((memoryMb / 1024) * 150);
}

/** Channels and threads with what the person sees in them. */
function channelsOf(world: World, personId: string): object[] {
  const { discord } = world;
  return discord.guild().channels.map(({ id, name, type, parentId, thread }) => ({
    id,
    name,
    type,
    parentId,
    archived: thread?.archived ?? false,
    messages: discord.messages(id, personId).map((message) => shown(world, message)),
  }));
}

function shown(world: World, message: SimMessage): object {
  const { id, channelId, authorId, createdMs, editedMs, components, content, pings, flags } = message;
  const { threadId } = message;
  const by = world.discord.interactions.find((one) => one.id === message.interactionId);
  return {
    ...{ id, channelId, authorId, createdMs, editedMs, components, content, pings, flags, threadId },
    replyTo: message.referencedMessageId,
    ephemeral: message.ephemeralFor !== null,
    via: by ? { kind: by.kind, name: by.name, personId: by.personId, messageId: by.messageId } : null,
  };
}

/** Presses and commands that the bot has not answered, or not in time. */
function waiting(world: World, personId: string): object[] {
  const isRecent = ({ createdMs }: InteractionOutcome) =>
    world.clock.now() - createdMs < FAILED_SHOWN_MS * Math.max(1, world.factor);
  return world.discord.interactions
    .filter((one) => one.personId === personId && one.kind !== 'autocomplete' && one.kind !== 'modal')
    .filter((one) => one.state === 'pending' || (one.state === 'failed' && isRecent(one)))
    .map(({ id, kind, state, name, messageId, channelId }) => ({
      ...{ id, kind, state, name, messageId, channelId },
    }));
}

/** The newest modal that the person was shown. */
function lastModal(world: World, personId: string): object | null {
  const opener = world.discord.interactions.findLast((one) => one.modal && one.personId === personId);
  return opener?.modal ? { interactionId: opener.id, ...opener.modal } : null;
}
