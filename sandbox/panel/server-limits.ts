import type { ServerFeatureLimits, ServerLimits } from './rows.ts';
import { valueAt } from './rules.ts';

/**
 * The limits of a request: texts become numbers, and fractions are rounded as the database does.
 *
 * @param at where they are in the body; '' is its top level.
 */
export function limitsIn(body: unknown, at: 'limits' | ''): ServerLimits {
  const value = (name: string) => valueAt(body, at ? `${at}.${name}` : name);
  const number = (name: string) => Math.round(Number(value(name) ?? 0));
  const threads = value('threads');
  return {
    memory: number('memory'),
    swap: number('swap'),
    disk: number('disk'),
    io: number('io'),
    cpu: number('cpu'),
    threads: typeof threads === 'string' ? threads : null,
  };
}

/** A limit that is null stays null, except that left-out allocations count as none. */
export function featureLimitsIn(body: unknown): ServerFeatureLimits {
  const limit = (name: string) => {
    const value = valueAt(body, `feature_limits.${name}`);
    return value === null || value === undefined ? null : Number(value);
  };
  return { databases: limit('databases'), allocations: limit('allocations'), backups: limit('backups') };
}
