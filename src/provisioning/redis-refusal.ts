/** What to do when Redis answers and does not let us in. */
export const REDIS_REFUSES = 'Redis refuses our name or password: set REDIS_URL with the right one';

/** Whether an error of Redis is about name or password, and not about the way there. */
export function isRefused({ message }: { message: string }): boolean {
  return /WRONGPASS|NOAUTH|NOPERM|invalid password/i.test(message);
}
