import type { Clock } from '../../lib/clock.ts';
import { toError } from '../../lib/failure.ts';
import { type Finding, findingsOf, PARTS, type Part, redact } from './finding.ts';

/** What looks at one service. */
export type Check = () => Promise<Finding[]>;

/** One request to a service; a few follow one another, so that a part stays under its deadline. */
export const PROBE_MS = 3_000;
/** All parts run together: nobody waits longer than this. */
export const PART_MS = 9_000;

/**
 * Runs every part at once. A service that hangs or a part that fails is a finding of its own, never the end of the others.
 *
 * @param secrets are taken out of everything that is told.
 */
export async function runDoctor(
  deps: { clock: Clock; secrets: string[] },
  checks: Record<Part, Check>,
): Promise<Finding[]> {
  const all = await Promise.all(PARTS.map((part) => runPart(deps.clock, part, checks[part])));
  return redact(all.flat(), deps.secrets);
}

async function runPart(clock: Clock, part: Part, check: Check): Promise<Finding[]> {
  const { unknown } = findingsOf(part);
  const isOver = new AbortController();
  const late = clock.sleep(PART_MS, isOver.signal);
  try {
    const told = check().catch((thrown: unknown) => [
      unknown('look', `it failed: ${toError(thrown).message}`),
    ]);
    const none = late.then(() => [unknown('answers', `no answer within ${PART_MS / 1000} seconds`)]);
    return await Promise.race([told, none]);
  } finally {
    isOver.abort();
  }
}
