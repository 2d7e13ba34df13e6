import { type FailureCode, failureKind } from '../orders/failures.ts';
import type { Line } from './check.ts';

/** The links of the panel's side that are looked at anew, in their order. */
const SIDE = ['panel', 'plan', 'capacity', 'server', 'owner', 'install'];

/** The link that shows what a try met, where a look can show it. */
const SEEN_AT: Partial<Record<FailureCode, string>> = {
  panel_unreachable: 'panel',
  panel_html: 'panel',
  panel_redirect: 'panel',
  panel_maintenance: 'panel',
  panel_key_refused: 'panel',
  panel_two_factor: 'panel',
  panel_strange: 'panel',
  panel_wrong_url: 'panel',
  plan_missing: 'plan',
  plan_incomplete: 'plan',
  egg_missing: 'plan',
  variable_refused: 'plan',
  image_refused: 'plan',
  no_capacity: 'capacity',
  no_nodes: 'capacity',
};
/** These too are about one of those links, but reading can't show that they are gone: a right to write, a node's daemon. */
const ABOUT: Partial<Record<FailureCode, string>> = {
  ...SEEN_AT,
  panel_broken: 'panel',
  panel_key_forbidden: 'panel',
  plan_refused: 'plan',
  node_unreachable: 'capacity',
  node_asked_unusable: 'capacity',
};

/**
 * The first broken link. What the last try met is looked at again now: what is broken on the panel's side now, and comes before it
 * or shows the same thing more exactly, is the cause. Pure.
 */
export function rootOf(lines: Line[]): Line | undefined {
  const broken = lines.filter(({ mark, cause }) => mark === 'bad' && cause);
  const [first] = broken;
  if (first?.id !== 'attempts' || !first.cause) return first;
  const now = broken.find(({ id }) => SIDE.includes(id));
  return now && explains(now, first.cause) ? now : first;
}

function explains(now: Line, tried: FailureCode): boolean {
  // A deadline that passed says only that; what is broken now says why.
  if (tried === 'overdue') return true;
  const about = SIDE.indexOf(ABOUT[tried] ?? 'server');
  return SIDE.indexOf(now.id) <= about && now.id !== 'server' && now.id !== 'owner' && now.id !== 'install';
}

/** What to do when the last try failed of something that a look shows to be gone; null when it is not, or can't be shown. Pure. */
export function nextWhenMended(line: Line, cause: FailureCode, lines: Line[]): string | null {
  const link = SEEN_AT[cause];
  if (line.id !== 'attempts' || link === undefined) return null;
  const before = lines.filter(({ id }) => SIDE.slice(0, SIDE.indexOf(link) + 1).includes(id));
  if (before.length === 0 || before.some(({ mark }) => mark !== 'ok')) return null;
  return failureKind(cause).class === 'config'
    ? 'What it met is mended: press Retry.'
    : 'What it met is gone: press Retry, or wait for the next try.';
}
