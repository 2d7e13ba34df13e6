import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { EventToStore } from '../orders/effect.ts';
import type { Store } from '../store/store.ts';

/** What became of one event. */
export type Stored = Awaited<ReturnType<Store['ingest']>>['events'][number];

/** Stores an event. @throws Error when it is not known to be stored: StoreError, or that the answer did not name it. */
export type Ingest = (event: EventToStore) => Promise<Stored>;

type Deps = { clock: Clock; store: Pick<Store, 'ingest'> };
type Waiting = { event: EventToStore; resolve: (stored: Stored) => void; reject: (error: Error) => void };

/** Of one call: what the database works off well within the time that Stripe waits. */
const MOST_EVENTS = 100;
const MOST_BYTES = 1024 * 1024;
/** A call that hangs holds up those behind it for so long, then they go without it. */
const PATIENCE_MS = 500;
const MOST_CALLS = 4;

/**
 * Stores events that arrive while a call is under way together in the next one: a database has a limit of calls and commits a second,
 * hardly one of rows. Each event has an answer of its own; one that the database refuses does not take its neighbours with it.
 *
 * @param mostEvents of one call.
 */
export function createGroupCommit(deps: Deps, mostEvents = MOST_EVENTS): Ingest {
  const waiting: Waiting[] = [];
  let calls = 0;
  let slowCalls = 0;
  const startNext = () => {
    if (waiting.length === 0 || calls > slowCalls || calls >= MOST_CALLS) return;
    const group = waiting.splice(0, groupSize(waiting, mostEvents));
    const over = new AbortController();
    calls += 1;
    deps.clock.sleep(PATIENCE_MS, over.signal).then(() => {
      if (over.signal.aborted) return;
      slowCalls += 1;
      over.signal.addEventListener('abort', () => {
        slowCalls -= 1;
      });
      startNext();
    });
    storeGroup(deps, group).finally(() => {
      over.abort();
      calls -= 1;
      startNext();
    });
  };
  return (event) =>
    new Promise((resolve, reject) => {
      waiting.push({ event, resolve, reject });
      startNext();
    });
}

function groupSize(waiting: Waiting[], mostEvents: number): number {
  let bytes = 0;
  const end = waiting.findIndex(({ event }, index) => {
    bytes += event.raw.length;
    return index > 0 && (index >= mostEvents || bytes > MOST_BYTES);
  });
  return end < 0 ? waiting.length : end;
}

/** Settles all of them; never rejects. */
async function storeGroup(deps: Deps, group: Waiting[]): Promise<void> {
  let answers: Stored[];
  try {
    answers = (await deps.store.ingest(group.map(({ event }) => event))).events;
  } catch (thrown) {
    if (group.length === 1 || !isOfOneEvent(thrown)) {
      for (const { reject } of group) reject(toError(thrown));
      return;
    }
    // The call was rolled back as a whole; the halves find the one that is at fault.
    const half = Math.ceil(group.length / 2);
    await storeGroup(deps, group.slice(0, half));
    await storeGroup(deps, group.slice(half));
    return;
  }
  for (const { event, resolve, reject } of group) {
    const stored = answers.find((answer) => answer.id === event.id);
    if (stored) resolve(stored);
    else reject(new Error('the database did not name the event in its answer'));
  }
}

/** SQLSTATEs of what was said, or of a conflict; any other trouble (no space, read-only, gone) is the same for each of them. */
function isOfOneEvent(thrown: unknown): boolean {
  return /^(21|22|23|40|P0)/.test(String(Object(thrown).code ?? ''));
}
