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
  /** The on-call role is not mentionable. */
  onCallNotMentionable: boolean;
  /** Nobody has the on-call role; off, those who had it have it again. */
  onCallEmpty: boolean;
  /** The bot's role has no right to open threads or to write in them. */
  noThreads: boolean;
  /** The bot's role has no Mention Everyone, as if it had been taken away. */
  noMentionEveryone: boolean;
  /** The next message is posted, and its answer lost with the connection. */
  answerLostOnce: boolean;
  /** Ends every gateway connection with close code 4000, from which a client resumes. */
  gatewayDrop(): void;
};

/** A fault that is a setting of the guild. */
export type GuildFault = { isOn: () => boolean; set: (on: boolean) => void };
export type GuildFaults = Record<
  'onCallNotMentionable' | 'onCallEmpty' | 'noThreads' | 'noMentionEveryone',
  GuildFault
>;

/** What the faults do to the rest of the simulator. */
export type FaultDeps = {
  /** Ends the gateway's connections, without a word or with a close code. */
  cut: () => void;
  drop: () => void;
  guild: GuildFaults;
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
  { name: 'onCallNotMentionable', label: 'The on-call role is not mentionable', kind: 'toggle' },
  { name: 'onCallEmpty', label: 'Nobody is on call', kind: 'toggle' },
  { name: 'noThreads', label: 'The bot may not use threads', kind: 'toggle' },
  { name: 'noMentionEveryone', label: 'The bot may not mention everyone and every role', kind: 'toggle' },
  { name: 'answerLostOnce', label: 'Lose the answer to the next message', kind: 'once' },
];

const SLOW_MS = 4000;

/** Everything works. */
export function createFaults({ cut, drop, guild }: FaultDeps): DiscordFaults {
  let down = false;
  let gatewayDown = false;
  return {
    get down() {
      return down;
    },
    set down(on) {
      down = on;
      if (on) cut();
    },
    get gatewayDown() {
      return gatewayDown;
    },
    set gatewayDown(on) {
      gatewayDown = on;
      if (on) cut();
    },
    rest500: false,
    slowMs: 0,
    rateLimited: false,
    editsLimited: false,
    oldEdits: false,
    channelLost: false,
    noPermission: false,
    get onCallNotMentionable() {
      return guild.onCallNotMentionable.isOn();
    },
    set onCallNotMentionable(on) {
      guild.onCallNotMentionable.set(on);
    },
    get onCallEmpty() {
      return guild.onCallEmpty.isOn();
    },
    set onCallEmpty(on) {
      guild.onCallEmpty.set(on);
    },
    get noThreads() {
      return guild.noThreads.isOn();
    },
    set noThreads(on) {
      guild.noThreads.set(on);
    },
    get noMentionEveryone() {
      return guild.noMentionEveryone.isOn();
    },
    set noMentionEveryone(on) {
      guild.noMentionEveryone.set(on);
    },
    answerLostOnce: false,
    gatewayDrop: drop,
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
