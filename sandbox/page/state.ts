import { discordSwitches, type SimMessage } from '../discord/index.ts';
import { panelSwitches } from '../panel/faults.ts';
import { stripeSwitches } from '../stripe/switches.ts';
import type { World } from '../world.ts';

export type PersonName = 'anna' | 'ben' | 'carl';
export const PEOPLE: PersonName[] = ['anna', 'ben', 'carl'];

/** All that the page draws, as one person of the channel sees it. */
export async function pageState(world: World, person: PersonName): Promise<object> {
  const { discord } = world;
  const personId = discord.people[person];
  const guild = discord.guild();
  const [orders] = await world.database`
    select count(*)::int as bought, count(*) filter (where install = 'ready')::int as ready,
      count(*) filter (where incident_id is not null)::int as failed from orderly_purchases`;
  const plans = await world.database`select id, name from plans order by memory`;
  return {
    now: world.clock.now(),
    factor: world.factor,
    person,
    botName: 'Orderly',
    roles: Object.fromEntries(guild.roles.map((role) => [role.id, role.name])),
    myRoles: guild.people.find(({ id }) => id === personId)?.roleIds ?? [],
    names: Object.fromEntries(guild.people.map(({ id, displayName }) => [id, displayName])),
    messages: discord.messages(discord.channels.purchases, personId).map(shown),
    waiting: discord.interactions
      .filter((one) => one.personId === personId && one.kind !== 'autocomplete' && one.reply === null)
      .filter((one) => one.state === 'acknowledged' || one.state === 'pending' || one.state === 'failed')
      .map(({ id, state, name, createdMs }) => ({ id, state, name, createdMs })),
    commands: discord.commands().map(({ name, description }) => ({ name, description })),
    switches: switchesOf(world),
    counters: { ...orders, servers: world.panel.state.servers.length },
    plans,
    regions: ['eu-west', 'us-east'],
  };
}

function shown(message: SimMessage): object {
  const {
    id,
    authorId,
    createdMs,
    editedMs,
    components,
    content,
    pings,
    referencedMessageId,
    ephemeralFor,
    interactionId,
  } = message;
  return {
    id,
    authorId,
    createdMs,
    editedMs,
    components,
    content,
    pings,
    referencedMessageId,
    ephemeral: ephemeralFor !== null,
    interactionId,
  };
}

export type Switch = { service: string; name: string; label: string; on: boolean };

function switchesOf(world: World): Switch[] {
  const { panel, stripe, discord } = world;
  const isOn = (faults: object, name: string) => Boolean((faults as Record<string, unknown>)[name]);
  return [
    {
      service: 'panel',
      name: 'wings',
      label: 'Wings is down on every node',
      on: Object.values(panel.faults.wings).includes('down'),
    },
    ...panelSwitches
      .filter(({ kind }) => kind === 'toggle')
      .map(({ name, label }) => ({ service: 'panel', name, label, on: isOn(panel.faults, name) })),
    ...discordSwitches
      .filter(({ kind }) => kind === 'toggle')
      .map(({ name, label }) => ({ service: 'discord', name, label, on: isOn(discord.faults, name) })),
    ...stripeSwitches
      .filter(({ on }) => on === true)
      .map(({ name, label }) => ({ service: 'stripe', name, label, on: isOn(stripe.faults, name) })),
    { service: 'database', name: 'down', label: 'The database is cut off', on: world.proxy.faults.down },
    { service: 'bot', name: 'killed', label: 'The bot is killed (kill -9)', on: !world.bot.isRunning() },
  ];
}
