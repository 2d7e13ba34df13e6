import { Redis } from 'ioredis';
import { toError } from '../../lib/failure.ts';
import { isRefused } from '../../provisioning/redis-refusal.ts';
import { type Finding, findingsOf } from './finding.ts';

/** What Redis tells of itself; null: it does not say, or refuses to. */
export type RedisFacts = {
  version: string | null;
  flavour: 'Redis' | 'Valkey';
  policy: string | null;
  appendOnly: boolean | null;
  /** The rule by which it saves; empty: never. */
  save: string | null;
};
export type RedisLook = { kind: 'facts'; facts: RedisFacts } | { kind: 'silence'; reason: string };

const { ok, warn, bad, unknown } = findingsOf('redis');
const POLICY_FIX =
  'Set `maxmemory-policy noeviction`: in redis.conf, or where your provider has its settings.';

/** Looks at version, persistence and what it does when it is full. Reads only. */
export async function checkRedis(deps: { url: string; timeoutMs: number }): Promise<Finding[]> {
  return judgeRedis(await lookAtRedis(deps));
}

/** Pure. */
export function judgeRedis(look: RedisLook): Finding[] {
  if (look.kind === 'silence') return [silenceFinding(look.reason)];
  const { facts } = look;
  return [versionFinding(facts), policyFinding(facts), persistenceFinding(facts)];
}

function silenceFinding(reason: string): Finding {
  if (isRefused({ message: reason }))
    return bad('connects', 'it refuses our name or password', 'Set REDIS_URL with the right password.');
  return unknown('connects', reason, 'Look whether Redis runs, and whether REDIS_URL needs rediss:// (TLS).');
}

function versionFinding({ version, flavour }: RedisFacts): Finding {
  if (version === null) return unknown('version', 'it does not say its version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (flavour === 'Redis' && (major < 6 || (major === 6 && minor < 2)))
    return bad('version', `Redis ${version}`, 'Use Redis 6.2 or newer, or Valkey.');
  return ok('version', `${flavour} ${version}`);
}

function policyFinding({ policy }: RedisFacts): Finding {
  if (policy === null) return unknown('maxmemory-policy', 'it does not let us read it', POLICY_FIX);
  if (policy !== 'noeviction') return bad('maxmemory-policy', policy, POLICY_FIX);
  return ok('maxmemory-policy', policy);
}

/** Only ever a warning, also when it can't be read: Redis is a hint, and the sweeper finds what it forgot. */
function persistenceFinding({ appendOnly, save }: RedisFacts): Finding {
  if (appendOnly === true) return ok('persistence', 'append-only file');
  if (save !== null && save !== '') return ok('persistence', `saves (${save})`);
  const fix = 'Turn on `appendonly yes`. Nothing is lost without it: the database is the truth.';
  if (save === null) return warn('persistence', 'unknown: it does not let us read CONFIG', fix);
  return warn('persistence', 'it keeps nothing over a restart', fix);
}

async function lookAtRedis({ url, timeoutMs }: { url: string; timeoutMs: number }): Promise<RedisLook> {
  const redis = new Redis(url, {
    ...{ lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: () => null },
    ...{ connectTimeout: timeoutMs, commandTimeout: timeoutMs },
  });
  // What `connect` throws says only that the connection is closed; this says why.
  let reason: string | null = null;
  redis.on('error', (error) => {
    reason ??= error.message;
  });
  try {
    await redis.connect();
    return { kind: 'facts', facts: await factsOf(redis) };
  } catch (thrown) {
    return { kind: 'silence', reason: reason ?? toError(thrown).message };
  } finally {
    redis.disconnect();
  }
}

async function factsOf(redis: Redis): Promise<RedisFacts> {
  const info = readInfo(await redis.info());
  const appendOnly = info.aof_enabled === undefined ? null : info.aof_enabled === '1';
  const isValkey = info.valkey_version !== undefined;
  return {
    version: info.valkey_version ?? info.redis_version ?? null,
    flavour: isValkey ? 'Valkey' : 'Redis',
    policy: info.maxmemory_policy ?? (await configOf(redis, 'maxmemory-policy')),
    appendOnly,
    save: await configOf(redis, 'save'),
  };
}

/** `name:value` a line. Pure. */
export function readInfo(text: string): Record<string, string> {
  const pairs = text.split(/\r?\n/).flatMap((row) => {
    const colon = row.indexOf(':');
    return row.startsWith('#') || colon < 1 ? [] : [[row.slice(0, colon), row.slice(colon + 1)] as const];
  });
  return Object.fromEntries(pairs);
}

/** Hosted ones often refuse CONFIG altogether. */
async function configOf(redis: Redis, name: string): Promise<string | null> {
  try {
    const answer: unknown = await redis.config('GET', name);
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : null;
  } catch {
    return null;
  }
}
