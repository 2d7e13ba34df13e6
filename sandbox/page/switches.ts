/** Everything that can be broken from the page, and how each part is mended. */
import { type DiscordSwitch, discordSwitches, flip } from '../discord/index.ts';
import { panelSwitches, type WingsMode, wingsModes } from '../panel/faults.ts';
import type { ReceiverFault } from '../receiver.ts';
import { setStripeSwitch, stripeSwitches } from '../stripe/switches.ts';
import type { World } from '../world.ts';
import { inTurn } from './turns.ts';

/** How much slower the panel and the database answer when that switch is on. */
const SLOW_MS = 4_000;

/** A switch as the page draws it. `mode` and `modes` are those of a switch that breaks something in several ways. */
export type Switch = {
  service: string;
  name: string;
  label: string;
  kind: 'toggle' | 'once' | 'choice';
  on: boolean;
  mode?: string;
  modes?: readonly { mode: string; label: string }[];
};

/** A switch with what it does. `mode` is there for a choice. */
type Wired = Switch & { set: (on: boolean, mode: string) => void | Promise<void> };

export type Throw = { service: string; name: string; on: boolean; mode?: string | undefined };

/** Every switch of the page and whether it is on. */
export function switchesOf(world: World): Switch[] {
  return wired(world).map(({ set: _set, ...shown }) => shown);
}

/** Breaks or mends one thing. @throws Error for a switch or a mode that does not exist. */
export async function throwSwitch(world: World, { service, name, on, mode }: Throw): Promise<void> {
  const found = wired(world).find((one) => one.service === service && one.name === name);
  if (!found) throw new Error(`there is no switch ${service} ${name}`);
  const wanted = mode ?? found.modes?.[1]?.mode ?? '';
  if (found.modes && !found.modes.some((known) => known.mode === wanted)) {
    throw new Error(`the switch ${service} ${name} has no way ${wanted}`);
  }
  await found.set(on, wanted);
}

/** Turns every switch off that is on. */
export async function mendAll(world: World): Promise<void> {
  for (const { on, set } of wired(world)) if (on) await set(false, '');
}

function wired(world: World): Wired[] {
  return [
    ...panel(world),
    ...stripe(world),
    ...discord(world),
    ...database(world),
    ...redis(world),
    ...watchers(world),
    ...bot(world),
  ];
}

const currentOf = (faults: object, name: string) => (faults as Record<string, unknown>)[name];

function panel({ panel: { faults, state } }: World): Wired[] {
  const nodes = state.nodes.map(
    ({ id, name }): Wired => ({
      ...{ service: 'panel', name: `wings-${id}`, label: `How Wings on ${name} behaves`, kind: 'choice' },
      on: (faults.wings[id] ?? 'ok') !== 'ok',
      mode: faults.wings[id] ?? 'ok',
      modes: wingsModes,
      set: (on, mode) => {
        const wanted: WingsMode | undefined = wingsModes.find((one) => one.mode === mode)?.mode;
        faults.wings = { ...faults.wings, [id]: on && wanted ? wanted : 'ok' };
      },
    }),
  );
  const others = panelSwitches.flatMap(({ name, label, kind }): Wired[] => {
    if (kind === 'per_node') return [];
    const isMs = kind === 'milliseconds';
    const value = (on: boolean) => (isMs ? (on ? SLOW_MS : 0) : on);
    const words = isMs ? 'Every request takes four seconds longer.' : label;
    const set = (on: boolean) => void Object.assign(faults, { [name]: value(on) });
    return [toggle('panel', name, words, Boolean(currentOf(faults, name)), set)];
  });
  return [...nodes, ...others];
}

function stripe({ stripe: { faults } }: World): Wired[] {
  return stripeSwitches.map(({ name, label, on }) =>
    toggle('stripe', name, label, currentOf(faults, name) === on, (isOn) =>
      setStripeSwitch(faults, name, isOn),
    ),
  );
}

function discord({ discord: { faults } }: World): Wired[] {
  const isOn = (name: DiscordSwitch) => typeof faults[name] !== 'function' && Boolean(faults[name]);
  return discordSwitches.map(({ name, label, kind }) => ({
    ...toggle('discord', name, label, isOn(name), (on) => flip(faults, name, on)),
    kind,
  }));
}

function database({ proxy: { faults } }: World): Wired[] {
  return [
    toggle('database', 'down', 'The database is cut off from the bot', faults.down, (on) => {
      faults.down = on;
    }),
    toggle('database', 'slow', 'Every answer takes four seconds', faults.slowMs > 0, (on) => {
      faults.slowMs = on ? SLOW_MS : 0;
    }),
    toggle('database', 'readOnly', 'It is read-only and refuses every write', faults.readOnly, (on) => {
      faults.readOnly = on;
    }),
  ];
}

function redis(world: World): Wired[] {
  return [
    toggle('redis', 'stopped', 'Redis is stopped; it comes back empty', !world.isRedisUp(), (on) =>
      world.switchRedis(!on),
    ),
    once('redis', 'wipe', 'Restart Redis empty', () => world.wipeRedis()),
  ];
}

const RECEIVER_MODES: readonly { mode: ReceiverFault | 'ok'; label: string }[] = [
  { mode: 'ok', label: 'It takes what comes.' },
  { mode: 'error', label: 'It answers 500.' },
  { mode: 'hang', label: 'It never answers.' },
  { mode: 'cut', label: 'It cuts the connection.' },
];

function watchers({ receiver: { faults } }: World): Wired[] {
  const receiver = (name: 'heartbeat' | 'pager', label: string): Wired => ({
    ...{ service: 'watchers', name, label, kind: 'choice' },
    on: faults[name] !== null,
    mode: faults[name] ?? 'ok',
    modes: RECEIVER_MODES,
    set: (on, mode) => {
      const wanted = RECEIVER_MODES.find((one) => one.mode === mode)?.mode;
      faults[name] = on && wanted && wanted !== 'ok' ? wanted : null;
    },
  });
  return [
    receiver('heartbeat', 'What the receiver of the heartbeat does'),
    receiver('pager', 'What the pager does'),
  ];
}

function bot(world: World): Wired[] {
  const { bot: process } = world;
  const state = process.state();
  const turn = (run: () => Promise<void>) => inTurn(world, run);
  return [
    toggle('bot', 'killed', 'It was killed (kill -9) and could not clean up', state === 'dead', (on) =>
      turn(on ? process.kill : process.start),
    ),
    toggle('bot', 'halted', 'It was asked to stop (SIGTERM) and did', state === 'halted', (on) =>
      turn(on ? process.halt : process.start),
    ),
    once('bot', 'restart', 'Restart the bot', () => turn(process.start)),
  ];
}

function toggle(
  service: string,
  name: string,
  label: string,
  on: boolean,
  set: (on: boolean) => void | Promise<void>,
): Wired {
  return { service, name, label, on, kind: 'toggle', set };
}

function once(service: string, name: string, label: string, run: () => Promise<void>): Wired {
  return { service, name, label, on: false, kind: 'once', set: (on) => (on ? run() : undefined) };
}
