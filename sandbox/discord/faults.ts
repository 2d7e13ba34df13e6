/** What can be broken while the simulator runs. Assigning takes effect at once. */
export type DiscordFaults = {
  /** Every connection, REST and gateway, is destroyed without an answer. */
  down: boolean;
  /** The gateway is gone, REST works. */
  gatewayDown: boolean;
  /** REST answers 500: always, or to so many of the next requests. */
  rest500: boolean | number;
  /** How long every REST request is held before it is looked at, in milliseconds of the clock. */
  slowMs: number;
  /** Every REST request is answered 429. */
  rateLimited: boolean;
  /** Every edit of a message is answered 429. */
  editsLimited: boolean;
  /** Every edit of a message is refused as one of a message older than an hour (429, 30046). */
  oldEdits: boolean;
  /** Channels are unknown (404, 10003): all of them, or the one with this id. */
  channelLost: boolean | string;
  /** The bot may write in no channel (403, 50013). */
  noPermission: boolean;
  /** The next message is posted, and its answer lost with the connection. */
  answerLostOnce: boolean;
  /** Ends every gateway connection with close code 4000, from which a client resumes. */
  gatewayDrop(): void;
};

export type DiscordSwitch = keyof DiscordFaults;

/** The switches for a page, with a label each. `once` ones go off by themselves. */
export const discordSwitches: readonly { name: DiscordSwitch; label: string; kind: 'toggle' | 'once' }[] = [
  { name: 'down', label: 'Discord is down', kind: 'toggle' },
  { name: 'gatewayDown', label: 'Gateway is down, REST works', kind: 'toggle' },
  { name: 'gatewayDrop', label: 'Drop the gateway connection', kind: 'once' },
  { name: 'rest500', label: 'REST answers 500', kind: 'toggle' },
  { name: 'slowMs', label: 'REST is slow (4 seconds)', kind: 'toggle' },
  { name: 'rateLimited', label: 'Every request is rate limited', kind: 'toggle' },
  { name: 'editsLimited', label: 'Edits are rate limited', kind: 'toggle' },
  { name: 'oldEdits', label: 'No edits of old messages, and all are old', kind: 'toggle' },
  { name: 'channelLost', label: 'The channel was deleted', kind: 'toggle' },
  { name: 'noPermission', label: 'The bot lost its permissions', kind: 'toggle' },
  { name: 'answerLostOnce', label: 'Lose the answer to the next message', kind: 'once' },
];

const SLOW_MS = 4000;

/** Everything works; `cut` and `drop` end the gateway's connections, without a word or with a close code. */
export function createFaults(gateway: { cut: () => void; drop: () => void }): DiscordFaults {
  let down = false;
  let gatewayDown = false;
  return {
    get down() {
      return down;
    },
    set down(on) {
      down = on;
      if (on) gateway.cut();
    },
    get gatewayDown() {
      return gatewayDown;
    },
    set gatewayDown(on) {
      gatewayDown = on;
      if (on) gateway.cut();
    },
    rest500: false,
    slowMs: 0,
    rateLimited: false,
    editsLimited: false,
    oldEdits: false,
    channelLost: false,
    noPermission: false,
    answerLostOnce: false,
    gatewayDrop: () => gateway.drop(),
  };
}

/** Sets a switch of `discordSwitches` by its name, as a page does. */
export function flip(faults: DiscordFaults, name: DiscordSwitch, on: boolean): void {
  if (name === 'gatewayDrop') {
    if (on) faults.gatewayDrop();
  } else if (name === 'slowMs') {
    faults.slowMs = on ? SLOW_MS : 0;
  } else {
    faults[name] = on;
  }
}
