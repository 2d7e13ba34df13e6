import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { Loops } from '../lib/loops.ts';
import type { Hint } from '../store/store.ts';
import { isRefused, REDIS_REFUSES } from './redis-refusal.ts';

const NAME = 'looks';
const PREFIX = '{orderly}';
const GOODBYE_MS = 2_000;
/**
 * A hint in the hands of a worker that died hides every later one of the same news until BullMQ gives it up: after these two together at
 * most. Its own 30 s each would keep a buyer waiting for a minute.
 */
const GIVEN_UP = { lockDuration: 10_000, stalledInterval: 5_000 };
/**
 * A connection that a router or a failover forgot says nothing, and TCP itself gives it up after a quarter of an hour: until then Redis
 * would take hints that no worker hears of. Longer than BullMQ waits for a job at a stretch (5 s).
 */
const SILENT = { socketTimeout: 10_000 };
const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;
/** From the first question to the last: a look sends three creates at most, each of which may take its whole time. */
const LOOK_MS = 15 * 60_000;
const jobSchema = z.object({ kind: z.enum(['order', 'event']), id: z.string() });

type QueueDeps = { redisUrl: string; clock: Clock; hintMs: number; log: Logger };

export type Hints = {
  /** Tells the workers to look. False when Redis did not take it in time; the sweep tells it again. Never rejects. */
  send(hint: Hint): Promise<boolean>;
  /** Whether Redis is there. */
  isReady(): boolean;
  /** Jobs by their state; null when Redis does not answer in time. Never rejects. */
  counts(): Promise<Record<string, number> | null>;
  close(): Promise<void>;
};

/** The sending side. Redis is only a fast hint: whatever is lost here is still due in the database. */
export function createHints(deps: QueueDeps): Hints {
  // Fails fast instead of keeping commands for later: a hint that is late is worth nothing.
  const connection = new Redis(deps.redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy,
    ...SILENT,
  });
  const queue = new Queue(NAME, { connection, prefix: PREFIX });
  const onError = quietErrors(deps.log, 'the queue');
  connection.on('error', onError);
  queue.on('error', onError);
  const isReady = () => connection.status === 'ready';
  return {
    isReady,
    counts: async () => {
      if (!isReady()) return null;
      const counted = queue.getJobCounts(...STATES).catch((thrown: unknown) => {
        onError(toError(thrown));
        return null;
      });
      return Promise.race([counted, deps.clock.sleep(deps.hintMs).then(() => null)]);
    },
    send: async (hint) => {
      if (!isReady()) return false;
      const add = queue.add(
        hint.kind,
        { kind: hint.kind, id: hint.id },
        {
          // The same news is one job; new news (another version, another time) is another.
          jobId: `${hint.kind}-${hint.id}-${hint.version}-${hint.look_at}`,
          attempts: 1,
          removeOnComplete: true,
          removeOnFail: true,
        },
      );
      const sent = add.then(
        () => true,
        (thrown: unknown) => {
          onError(toError(thrown));
          return false;
        },
      );
      return Promise.race([sent, deps.clock.sleep(deps.hintMs).then(() => false)]);
    },
    close: async () => {
      const closed = queue.close().catch((thrown: unknown) => onError(toError(thrown)));
      await Promise.race([closed, deps.clock.sleep(GOODBYE_MS)]);
      connection.disconnect();
    },
  };
}

/**
 * The working side: calls `look` for every hint.
 *
 * @returns stop, which waits for the looks that are under way.
 */
export function startWorker(
  deps: QueueDeps & { loops: Loops },
  look: (hint: Pick<Hint, 'kind' | 'id'>) => Promise<void>,
  concurrency = 10,
): { stop(): Promise<void>; isReady(): boolean } {
  const connection = new Redis(deps.redisUrl, { maxRetriesPerRequest: null, retryStrategy, ...SILENT });
  const onError = quietErrors(deps.log, 'the worker');
  connection.on('error', onError);
  const underWay = new Set<Promise<void>>();
  const run = async (hint: Pick<Hint, 'kind' | 'id'>) => {
    const loop = deps.loops.start('look');
    loop.beat(LOOK_MS);
    try {
      await look(hint);
    } catch (thrown) {
      // Not the queue's to retry: it is still due in the database, and the sweep comes back to it.
      deps.log.warn({ ...idsOf(hint), reason: toError(thrown).message }, 'a look did not end');
    } finally {
      loop.end();
    }
  };
  const worker = new Worker(
    NAME,
    async (job) => {
      const done = run(jobSchema.parse(job.data)).finally(() => underWay.delete(done));
      underWay.add(done);
      await done;
    },
    {
      connection,
      prefix: PREFIX,
      concurrency,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      ...GIVEN_UP,
    },
  );
  worker.on('error', onError);
  return {
    isReady: () => connection.status === 'ready',
    stop: async () => {
      const closed = worker.close().catch((thrown: unknown) => onError(toError(thrown)));
      await Promise.allSettled([...underWay]);
      // BullMQ waits for Redis to say goodbye; where it is gone, nobody answers.
      await Promise.race([closed, deps.clock.sleep(GOODBYE_MS)]);
      connection.disconnect();
    },
  };
}

/** What a hint names, as every log line names it. */
export function idsOf({ kind, id }: Pick<Hint, 'kind' | 'id'>): { purchase: string } | { event: string } {
  return kind === 'order' ? { purchase: id } : { event: id };
}

function retryStrategy(times: number): number {
  return Math.min(2_000, 50 * times) * (0.5 + Math.random() / 2);
}

/** Says once a minute at most that Redis is away: it tries again many times a second. */
function quietErrors(log: Logger, who: string): (error: Error) => void {
  let saidAt = 0;
  return (error) => {
    if (Date.now() - saidAt < 60_000) return;
    saidAt = Date.now();
    const reason = error.message.slice(0, 200);
    if (isRefused(error)) log.error({ reason }, `${REDIS_REFUSES}; the sweep goes on without ${who}`);
    else log.warn({ reason }, `${who} has no Redis; the sweep goes on without it`);
  };
}
