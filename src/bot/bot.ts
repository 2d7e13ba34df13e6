import { toError } from '../lib/failure.ts';
import type { BotStartDeps } from './deps.ts';
import { startLead } from './lead.ts';
import type { Limits } from './limits.ts';
import { missingOf } from './settings.ts';
import { startTerm, type Term } from './term.ts';

export type Bot = {
  stop(): Promise<void>;
  /** True while another process is the one in Discord, or it is not known yet who is. */
  standsBy(): boolean;
  /** Whether the connection stands that brings the presses. */
  isConnected(): boolean;
  /** Requests that Discord takes now; null while it stands by. */
  requestsLeft(): ReturnType<Limits['left']> | null;
  /** When it last got through to the database, or heard that another process leads; 0 for never. */
  lastRoundMs(): number;
  /** Since when messages have waited for Discord and none got through; null when none waits so. */
  waitingSinceMs(): number | null;
  /** What is wrong with it, for /readyz; empty when all is well. */
  troubles(): string[];
  /** Settles when the first login succeeded. */
  ready: Promise<void>;
  /** Rejects when Discord refuses the token. */
  refused: Promise<never>;
};

/**
 * Is in Discord while no other process is: one connection, one writer. Else it stands by, and takes over when that one gives the lead
 * back or dies. It gives the lead back itself when it has had no connection for long.
 */
export function startBot(deps: BotStartDeps, login: { token: string; apiUrl: string }): Bot {
  const stopping = new AbortController();
  const { promise: ready, resolve: connected } = Promise.withResolvers<void>();
  const { promise: refused, reject } = Promise.withResolvers<never>();
  let term: Term | null = null;
  let disowning: Promise<void> = Promise.resolve();
  const lead = startLead(deps, {
    enter: () => {
      if (stopping.signal.aborted) return;
      term = startTerm(deps, login, lead);
      term.ready.then((isConnected) => isConnected && connected(), reject);
    },
    leave: async () => {
      const ending = term;
      term = null;
      const doubtful = (await ending?.abandon()) ?? [];
      disowning = Promise.all([disowning, disown(deps, doubtful, stopping.signal)]).then(() => undefined);
    },
    isCutOff: () => term?.isCutOff() ?? false,
  });
  const standsBy = () => term === null && !lead.isGivingWay();
  const isConnected = () => term?.isConnected() ?? false;
  const refreshing = keepSettings(deps, stopping.signal);
  return {
    ready,
    refused,
    standsBy,
    isConnected,
    requestsLeft: () => term?.requestsLeft() ?? null,
    lastRoundMs: () => term?.lastRoundMs() ?? lead.lastHeardMs(),
    waitingSinceMs: () => term?.waitingSinceMs() ?? null,
    troubles: () =>
      [isConnected() || standsBy() ? null : 'discord', missingOf(deps.settings()), term?.trouble()].filter(
        (part) => typeof part === 'string',
      ),
    stop: async () => {
      stopping.abort();
      await term?.finish();
      await lead.stop();
      await Promise.all([refreshing, disowning]);
    },
  };
}

/** Another leads or will, and what we had under way may have come after what that one wrote, or may still come. */
async function disown(deps: BotStartDeps, ids: number[], stopping: AbortSignal): Promise<void> {
  if (ids.length === 0) return;
  deps.log.warn(
    { messages: ids.length },
    'messages that another may have written meanwhile are written again',
  );
  await doubt(deps, ids);
  await deps.clock.sleep(deps.timings.settleMs, stopping);
  await doubt(deps, ids);
}

async function doubt(deps: BotStartDeps, ids: number[]): Promise<void> {
  await deps.store.doubtMessages(ids).catch((thrown: unknown) => {
    deps.log.error({ reason: toError(thrown).message }, 'which messages are in doubt could not be told');
  });
}

/** The outbox reads them before it writes; whoever stands by has none. */
async function keepSettings(deps: BotStartDeps, stopping: AbortSignal): Promise<void> {
  const { settingsMs, quickDatabaseMs } = deps.timings;
  const loop = deps.loops.start('settings');
  while (!stopping.aborted) {
    loop.beat(settingsMs + quickDatabaseMs);
    await deps.choices.refreshIfOld();
    await deps.clock.sleep(settingsMs, stopping);
  }
  loop.end();
}
