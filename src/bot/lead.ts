import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { Loops } from '../lib/loops.ts';
import { createSeldom } from '../lib/seldom.ts';
import type { Timings } from '../orders/timings.ts';
import type { Store } from '../store/store.ts';

export type LeadDeps = {
  clock: Clock;
  timings: Pick<Timings, 'leadMs' | 'leadEveryMs' | 'settleMs' | 'quickDatabaseMs'>;
  log: Logger;
  loops: Loops;
  holder: string;
  store: Pick<Store, 'lead'>;
};

export type LeadChanges = {
  /** This process is to be in Discord. */
  enter(): void;
  /** And no more. It may take its time; until it is over the lead is not taken again. */
  leave(): Promise<void>;
  /** Whether it has been in vain for so long that another is to try. */
  isCutOff(): boolean;
};

/** Leaving waits for the requests to Discord that are under way. */
const LEAVE_MS = 60_000;

/** Which one of several processes is in Discord. */
export type Lead = {
  /** True while nobody else can lead, by this process's own clock: only then may it write. */
  isMine(): boolean;
  /**
   * The same, asked anew where it is not sure. Also true when the database does not say so in time: then nobody is known to lead instead,
   * and whoever pressed is still to hear that nothing was recorded, within the 3 seconds that Discord waits.
   */
  mayAnswer(): Promise<boolean>;
  /** True from when it left for being cut off until it is known who leads instead, if anybody does. */
  isGivingWay(): boolean;
  /** When the database last said who leads; 0 for never. */
  lastHeardMs(): number;
};

/**
 * Leads in Discord, or stands by until nobody does. The lease is counted from before it was asked for, so that whoever was held up (a
 * suspended machine) knows by its clock alone that it is over. One that is started while the database is away enters too, and writes
 * nothing: people are told what is wrong. One that is cut off from Discord gives the lead back, and asks for it again only when another
 * had the time to take it: with no other it leads again.
 *
 * @returns stop, which gives the lead back; what it is needed for has to be over by then.
 */
export function startLead(deps: LeadDeps, changes: LeadChanges): Lead & { stop(): Promise<void> } {
  const { leadMs, leadEveryMs, settleMs, quickDatabaseMs } = deps.timings;
  const stopping = new AbortController();
  const seldom = createSeldom(deps.clock);
  let isHere = false;
  let untilMs = 0;
  let lastHeardMs = 0;
  let asking: Promise<void> | null = null;
  let leaving: Promise<void> | null = null;
  let isGivingWay = false;
  const isMine = () => deps.clock.now() < untilMs;
  const enter = () => {
    if (isHere) return;
    isHere = true;
    deps.log.info({ leads: isMine() }, 'this process is the one in Discord');
    changes.enter();
  };
  const leave = (why: string) => {
    if (!isHere) return;
    isHere = false;
    untilMs = 0;
    deps.log.warn(why);
    // Not waited for in here: it waits for those who ask.
    leaving = changes.leave().finally(() => {
      leaving = null;
    });
  };
  const ask = async () => {
    if (leaving !== null) return;
    const askedMs = deps.clock.now();
    let isHeld: boolean;
    try {
      isHeld = await deps.store.lead(deps.holder, leadMs, settleMs);
    } catch (thrown) {
      // Nobody can take the lead where the database is away. Where only we don't reach it, `isMine` ends by itself.
      const reason = toError(thrown).message;
      seldom(() => deps.log.warn({ reason }, 'who leads in Discord could not be asked'));
      if (lastHeardMs === 0) enter();
      return;
    }
    lastHeardMs = deps.clock.now();
    isGivingWay = false;
    if (!isHeld) return leave('another process leads in Discord: this one leaves');
    untilMs = askedMs + leadMs;
    enter();
  };
  const askOnce = () => {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
  const round = deps.loops.start('lead');
  const giveBack = () =>
    deps.store.lead(deps.holder, 0, settleMs).catch((thrown: unknown) => {
      deps.log.warn({ reason: toError(thrown).message }, 'the lead in Discord could not be given back');
    });
  const giveWay = async () => {
    isGivingWay = true;
    leave('this process is cut off from Discord: another may lead');
    await leaving;
    await giveBack();
    // Whoever stands by asks more often than this.
    await deps.clock.sleep(leadMs, stopping.signal);
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      round.beat(leadEveryMs + LEAVE_MS);
      await askOnce();
      await leaving;
      if (isHere && isMine() && changes.isCutOff()) await giveWay();
      await deps.clock.sleep(leadEveryMs, stopping.signal);
    }
    round.end();
  };
  const running = loop();
  return {
    isMine,
    mayAnswer: async () => {
      if (!isMine()) await Promise.race([askOnce(), deps.clock.sleep(quickDatabaseMs / 2)]);
      return isHere;
    },
    isGivingWay: () => isGivingWay,
    lastHeardMs: () => lastHeardMs,
    stop: async () => {
      stopping.abort();
      await running;
      if (!isHere) return;
      isHere = false;
      untilMs = 0;
      await giveBack();
    },
  };
}
