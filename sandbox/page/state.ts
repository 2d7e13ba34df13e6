import { CommandType } from '../discord/command-schema.ts';
import { discordSwitches, type InteractionOutcome, type SimMessage } from '../discord/index.ts';
import { panelSwitches, wingsModes } from '../panel/faults.ts';
import { stripeSwitches } from '../stripe/switches.ts';
import type { World } from '../world.ts';

export type PersonName = 'anna' | 'ben' | 'carl';
export const PEOPLE: PersonName[] = ['anna', 'ben', 'carl'];

/** For how long a failed press or command stays on the page. */
const FAILED_SHOWN_MS = 20_000;

/** All that the page draws, as one person of the channel sees it. */
export async function pageState(world: World, person: PersonName): Promise<object> {
  const { discord, database } = world;
  const personId = discord.people[person];
  const guild = discord.guild();
  const [orders] = await database`
    select count(*)::int as bought, count(*) filter (where install = 'ready')::int as ready,
      count(*) filter (where incident_id is not null and install is distinct from 'ready')::int as failed
    from orderly_purchases`;
  const plans = await database<{ id: string; name: string; memory: number }[]>`
    select id, name, memory::int as memory from plans order by memory`;
  const regions = await database<{ region: string }[]>`select distinct region from ptero_nodes order by 1`;
  return {
    now: world.clock.now(),
    factor: world.factor,
    person,
    personId,
    guildName: guild.name,
    people: guild.people.map(({ id, displayName, bot, roleIds }) => ({ id, displayName, bot, roleIds })),
    names: discord.people,
    roles: guild.roles.map(({ id, name, color }) => ({ id, name, color })),
    online: discord.connectedSessions() > 0,
    channels: (['purchases', 'general'] as const).map((name) => ({
      name,
      id: discord.channels[name],
      messages: discord.messages(discord.channels[name], personId).map((message) => shown(world, message)),
    })),
    waiting: waiting(world, personId),
    commands: discord
      .commands()
      .filter(({ type }) => type === CommandType.ChatInput)
      .map(({ name, description, options }) => ({ name, description, options })),
    menus: discord.commands().flatMap(({ name, type }) => (type === CommandType.Message ? [name] : [])),
    switches: switchesOf(world),
    wings: { mode: Object.values(world.panel.faults.wings)[0] ?? 'ok', modes: wingsModes },
    counters: { ...orders, servers: world.panel.state.servers.length },
    plans: plans.map(({ id, name, memory }) => ({ id, name, priceMinor: priceOf(memory) })),
    regions: regions.map(({ region }) => region),
  };
}

/** What a plan costs a month in this shop, in cents. */
export function priceOf(memoryMb: number): number {
  return 149 + Math.round((memoryMb / 1024) * 150);
}

function shown(world: World, message: SimMessage): object {
  const { id, channelId, authorId, createdMs, editedMs, components, content, pings, flags } = message;
  const by = world.discord.interactions.find((one) => one.id === message.interactionId);
  return {
    id,
    channelId,
    authorId,
    createdMs,
    editedMs,
    components,
    content,
    pings,
    flags,
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
    .filter((one) => one.personId === personId && one.kind !== 'autocomplete')
    .filter((one) => one.state === 'pending' || (one.state === 'failed' && isRecent(one)))
    .map(({ id, kind, state, name, messageId, channelId }) => ({
      id,
      kind,
      state,
      name,
      messageId,
      channelId,
    }));
}

export type Switch = { service: string; name: string; label: string; on: boolean; kind: 'toggle' | 'once' };

/** Every switch of the page and whether it is on. */
export function switchesOf(world: World): Switch[] {
  const { panel, stripe, discord, proxy, bot } = world;
  const value = (faults: object, name: string) => (faults as Record<string, unknown>)[name];
  const toggle = (service: string, name: string, label: string, on: boolean): Switch => {
    return { service, name, label, on, kind: 'toggle' };
  };
  const wingsBroken = Object.values(panel.faults.wings).some((mode) => mode !== 'ok');
  return [
    toggle('panel', 'wings', 'Wings is broken on every node', wingsBroken),
    ...panelSwitches
      .filter(({ kind }) => kind !== 'per_node')
      .map(({ name, label }) => toggle('panel', name, label, Boolean(value(panel.faults, name)))),
    ...stripeSwitches.map(({ name, label, on }) =>
      toggle('stripe', name, label, value(stripe.faults, name) === on),
    ),
    ...discordSwitches.map(({ name, label, kind }) => ({
      ...toggle('discord', name, label, kind === 'toggle' && Boolean(value(discord.faults, name))),
      kind,
    })),
    { ...toggle('redis', 'wipe', 'Redis is restarted empty', false), kind: 'once' },
    toggle('database', 'down', 'The database is cut off from the bot', proxy.faults.down),
    toggle('bot', 'killed', 'The bot is dead (kill -9); off starts it again', !bot.isRunning()),
  ];
}
