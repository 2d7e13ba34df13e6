import type { DiscordSimulator, SimMessage } from '../sandbox/discord/index.ts';
import { percentile, rounded } from './figures.ts';
import type { Committed } from './storm-feed.ts';
import { PURCHASES } from './storm-plan.ts';

/** How one side did, times in seconds of the clock. */
export type Side = {
  ping_p50_s: number;
  ping_p99_s: number;
  last_true_s: number;
  wrong: number;
  calls_per_purchase: number;
  refused: number;
};
export type Ping = { cause: string; atMs: number };

/** Hears every ping and the cause that it names. */
export function hearPings(discord: DiscordSimulator): Ping[] {
  const pings: Ping[] = [];
  discord.subscribe((event) => {
    if (event.type !== 'ping') return;
    const cause = /cause-\d/.exec(allOf(event.message))?.[0];
    pings.push({ cause: cause ?? '', atMs: event.message.createdMs });
  });
  return pings;
}

/** @param isTrue whether the channel's messages say the end of this purchase. */
export function measure(
  discord: DiscordSimulator,
  committed: Committed[],
  pings: Ping[],
  isTrue: (messages: SimMessage[], purchase: number, isFailed: boolean) => boolean,
): Side {
  const firsts = [...new Map(committed.toReversed().map((one) => [one.change.cause, one])).keys()]
    .filter((cause) => cause !== null)
    .map((cause) => committed.find(({ change }) => change.cause === cause && change.kind === 'failed')!);
  const waits = firsts.map(({ change, atMs }) => {
    const ping = pings.find(({ cause }) => cause === change.cause);
    return ping ? (ping.atMs - atMs) / 1000 : Number.POSITIVE_INFINITY;
  });
  const messages = discord.messages(discord.channels.purchases);
  const failing = new Set(
    committed.filter(({ change }) => change.cause).map(({ change }) => change.purchase),
  );
  const all = Array.from({ length: PURCHASES }, (_, purchase) => purchase);
  const calls = discord.requests.filter(({ path }) => path.includes('/messages'));
  const lastMs = Math.max(...messages.map(({ createdMs, editedMs }) => editedMs ?? createdMs));
  return {
    ping_p50_s: rounded(percentile(waits, 0.5)),
    ping_p99_s: rounded(percentile(waits, 0.99)),
    last_true_s: rounded((lastMs - committed[0]!.atMs) / 1000),
    wrong: all.filter((purchase) => !isTrue(messages, purchase, failing.has(purchase))).length,
    calls_per_purchase: rounded(calls.length / PURCHASES, 2),
    refused: calls.filter(({ status }) => status === 429).length,
  };
}

/** How old the board was just before each time that it was written anew, in seconds; the last time it stays. */
export function boardAges(board: SimMessage): number[] {
  const writes = board.history.map((body) => ({
    atMs: body.atMs,
    asOfMs: Number(/as of <t:(\d+):T>/.exec(JSON.stringify(body.components))?.[1] ?? Number.NaN) * 1000,
  }));
  return writes.slice(1).map(({ atMs }, index) => (atMs - writes[index]!.asOfMs) / 1000);
}

/** All that a message says, its ids included. */
export function allOf(message: SimMessage): string {
  return message.content + JSON.stringify(message.components);
}
