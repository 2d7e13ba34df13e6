import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/** One choice of `/setup`. `was` is what served before it was ever chosen. */
export type Choice = {
  field: string;
  value: string | string[] | null;
  was: string | string[] | null;
  guild: string;
};

/**
 * Keeps one choice of `/setup`, with what it was before.
 *
 * @returns outcome `saved` with all settings as they are now, or `setup_invalid` with what is wrong.
 * @throws StoreError when it was not recorded.
 */
export function choose(deps: ActionDeps, actor: Actor, choice: Choice): Promise<Action> {
  return record(deps, actor, { action: 'setup', target: choice.field, ...choice });
}

/**
 * Asks for a test message in each of these channels; the outbox posts them.
 *
 * @throws StoreError when it was not recorded.
 */
export function askForTest(deps: ActionDeps, actor: Actor, channels: string[]): Promise<Action> {
  return record(deps, actor, { action: 'setup_test', target: channels.join(' '), channels });
}
