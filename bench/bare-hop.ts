import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

/** BullMQ with nothing around it: `hop` answers the milliseconds from adding a job to its processor being called. */
export type BareHop = { hop(): Promise<number>; close(): Promise<void> };

export function createBareHop(redisUrl: string): BareHop {
  const connections = [new Redis(redisUrl), new Redis(redisUrl, { maxRetriesPerRequest: null })] as const;
  const queue = new Queue('bare', { connection: connections[0] });
  let onJob = () => {};
  const worker = new Worker('bare', async () => onJob(), { connection: connections[1] });
  const removed = { removeOnComplete: true, removeOnFail: true };
  return {
    hop: async () => {
      await worker.waitUntilReady();
      const beganMs = performance.now();
      const called = new Promise<number>((resolve) => {
        onJob = () => resolve(performance.now());
      });
      await queue.add('job', {}, removed);
      return (await called) - beganMs;
    },
    close: async () => {
      await Promise.all([queue.close(), worker.close()]);
      for (const connection of connections) connection.disconnect();
    },
  };
}
