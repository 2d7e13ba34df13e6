import { Redis } from 'ioredis';
import type { Fault } from './fault.ts';

export const REDIS_FAULTS: Record<string, Fault> = {
  'redis: flushed': async ({ world }) => {
    if (!world.isRedisUp()) return async () => {};
    const client = new Redis(world.redis.url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on('error', () => undefined);
    await client.flushall().catch(() => undefined);
    client.disconnect();
    return async () => {};
  },
  'redis: stopped': async ({ world }) => {
    await world.switchRedis(false);
    return () => world.switchRedis(true);
  },
  'redis: takes connections and answers none': async ({ world: { redisLine } }) => {
    redisLine.faults.silent = true;
    redisLine.cut();
    return () => Object.assign(redisLine.faults, { silent: false });
  },
  'redis: connections go dead without a word': async ({ world: { redisLine } }) => {
    redisLine.cut();
    return async () => {};
  },
};
