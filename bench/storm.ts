import { randomUUID } from 'node:crypto';
import { startDiscord } from '../sandbox/discord/index.ts';
import { SERVICE_KEY } from '../sandbox/embedded/supabase.ts';
import { startWorld, until, type World } from '../sandbox/world.ts';
import { startBot } from '../src/bot/bot.ts';
import { createSettings } from '../src/bot/settings-holder.ts';
import { createClock } from '../src/lib/clock.ts';
import { createLoops } from '../src/lib/loops.ts';
import { createLog } from '../src/log.ts';
import { NOBODY } from '../src/metrics/observers.ts';
import { TIMINGS } from '../src/orders/timings.ts';
import { createPanelClient } from '../src/panel/client.ts';
import { createCall } from '../src/store/call.ts';
import { createStore } from '../src/store/store.ts';
import { createStripeClient } from '../src/stripe/client.ts';
import { type Found, percentile, printTable, rounded } from './figures.ts';
import { createPlainBot } from './plain-bot.ts';
import { type Committed, feed } from './storm-feed.ts';
import { allOf, boardAges, hearPings, measure, type Side } from './storm-figures.ts';
import { PURCHASES, planStorm } from './storm-plan.ts';

const OUR_FACTOR = 8;
/** The plain bot is only its requests, so its time may run faster. */
const PLAIN_FACTOR = 30;
const AIMS = { ping_p99_s: 5, wrong: 0, calls_per_purchase: 1.5 };

/** A thousand purchases in a minute, twenty of them failing from three causes: what the channel says meanwhile and at the end. */
export async function storm(): Promise<Found> {
  const plain = await runPlain();
  const { side: ours, ages, within } = await runOurs();
  const row = (name: string, key: keyof Side) => [name, plain[key], ours[key]];
  printTable(
    `storm: ${PURCHASES} purchases in ${within} s, states driven through the database functions, Discord takes 5 posts and 5 edits in 5 s; times in seconds of the clock`,
    [
      ['', 'plain bot', 'Orderly'],
      row('failure to ping, p50 of 3 causes', 'ping_p50_s'),
      row('failure to ping, p99 of 3 causes', 'ping_p99_s'),
      ['board: its age before it is written anew, p50', '-', rounded(percentile(ages, 0.5))],
      ['board: its age, most', '-', rounded(Math.max(...ages))],
      row('the last message is true after', 'last_true_s'),
      row('messages wrong at the end', 'wrong'),
      row('Discord calls a purchase', 'calls_per_purchase'),
      row('answers 429', 'refused'),
    ],
  );
  const missed = (Object.keys(AIMS) as (keyof typeof AIMS)[]).flatMap((key) =>
    ours[key] <= AIMS[key] ? [] : [`storm: ${key} is ${ours[key]}, at most ${AIMS[key]}`],
  );
  const named = (name: string, side: Side) =>
    Object.entries(side).map(([key, value]) => [`${name}_${key}`, value]);
  return { figures: Object.fromEntries([...named('plain', plain), ...named('ours', ours)]), missed };
}

async function runOurs(): Promise<{ side: Side; ages: number[]; within: number }> {
  const world = await startWorld({ factor: OUR_FACTOR, direct: true });
  const { discord, database } = world;
  const bot = startBotAlone(world);
  try {
    await bot.ready;
    const pings = hearPings(discord);
    const ids = Array.from({ length: PURCHASES }, () => randomUUID() as string);
    const committed = await feed(world, planStorm(), ids);
    const isDone = async () => {
      await world.clock.sleep(2_000);
      const [row] = await database`select (select count(*) from orderly_storms where over_at is null)
        + (select count(*) from orderly_messages where shown_version < wanted_version) as behind`;
      return Number(row?.behind) === 0;
    };
    await until('every message is true', isDone, 600_000);
    const isTrue = (messages: Parameters<typeof allOf>[0][], purchase: number, isFailed: boolean) => {
      const own = messages.filter(
        (one) => allOf(one).includes(`inspect:${ids[purchase]}:`) && !allOf(one).includes('<@&'),
      );
      return own.length === 1 && allOf(own[0]!).includes(isFailed ? '🔴' : '🟢');
    };
    const [board] = discord
      .messages(discord.channels.purchases)
      .filter((one) => allOf(one).includes('#board:'));
    const paid = committed.filter(({ change }) => change.kind === 'paid').map(({ atMs }) => atMs);
    const within = Math.round((Math.max(...paid) - Math.min(...paid)) / 1000);
    return {
      side: measure(discord, committed, pings, isTrue),
      ages: board ? boardAges(board) : [Number.NaN],
      within,
    };
  } finally {
    await bot.stop();
    await world.stop();
  }
}

/** The Discord side of the product, without the worker that would take what the storm drives. */
function startBotAlone(world: World) {
  const { clock, discord, panel } = world;
  const timings = { ...TIMINGS, quickDatabaseMs: 60_000, databaseMs: 120_000, leadMs: 120_000 };
  const log = createLog('error');
  const call = createCall({ url: world.supabase.url, serviceKey: SERVICE_KEY, clock });
  const store = createStore({ call, timings, deadlineMs: timings.deadlineMs });
  const { token } = panel.state.keys[0]!;
  const { guildId, channels, roles } = discord;
  const first = { channelId: channels.purchases, onCallRoleId: roles.onCall, actRoleIds: [roles.staff] };
  const settings = createSettings({ clock, timings, log, store }, guildId, first);
  return startBot(
    {
      ...{
        clock,
        timings,
        log,
        random: Math.random,
        holder: 'bench',
        loops: createLoops(clock),
        observe: NOBODY,
        observeDiscord: NOBODY.outbound.discord,
        store,
        hints: { send: async () => true },
      },
      panel: createPanelClient({ url: panel.url, apiKey: token, clock, timeoutMs: timings.panelMs }),
      snapshots: { take: () => Promise.reject(new Error('nobody asks for a place')) },
      stripe: createStripeClient({ secretKey: 'sk_test_bench', clock }),
      panelUrl: panel.url,
      settings: settings.current,
      choices: settings,
      doctor: async () => [],
      report: async () => ({ kind: 'refused', reason: 'a benchmark' }),
    },
    { token: discord.token, apiUrl: discord.url },
  );
}

async function runPlain(): Promise<Side> {
  const clock = createClock(PLAIN_FACTOR);
  const discord = await startDiscord({ clock, factor: PLAIN_FACTOR, token: 'plain.bot.token' });
  try {
    const bot = createPlainBot(discord, PLAIN_FACTOR);
    const pings = hearPings(discord);
    const beganMs = clock.now();
    const committed: Committed[] = [];
    for (const change of planStorm()) {
      await clock.sleep(Math.max(0, beganMs + change.atMs - clock.now()));
      bot.tell(change);
      committed.push({ change, atMs: clock.now() });
    }
    await bot.done();
    return measure(discord, committed, pings, (messages, purchase, isFailed) =>
      messages.some((one) => one.content === `order ${purchase}: ${isFailed ? 'failed' : 'ready'}`),
    );
  } finally {
    await discord.stop();
  }
}
