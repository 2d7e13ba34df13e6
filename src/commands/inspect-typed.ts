import type { BotDeps } from '../bot/deps.ts';
import { inert } from '../bot/messages/inert.ts';
import { inspectMessage } from '../bot/messages/inspect-message.ts';
import { pickMessage } from '../bot/messages/list-message.ts';
import type { MessageBody } from '../bot/messages/parts.ts';
import { diagnosed } from '../bot/presses.ts';
import { inspect } from '../runbook/inspect.ts';

/** Discord's limit of a select menu is 25; a person picks from fewer. */
const MOST_HITS = 10;

/**
 * Everything about what a person typed: an exact id, or what a search finds. When several purchases fit, they are shown to pick from.
 *
 * @throws StoreError
 */
export async function inspectTyped(deps: BotDeps, typed: string): Promise<MessageBody> {
  const target = typed.trim();
  const links = { panelUrl: deps.panelUrl };
  const direct = await inspect(deps, target);
  if (direct.kind !== 'unknown' || target === '') return inspectMessage(direct, links);
  const hits = await deps.store.search(target, MOST_HITS);
  if (hits.length > 1) {
    const found = await Promise.all(hits.map((hit) => deps.store.find(hit.id)));
    const purchases = found.flatMap((one) => (one.status === 'found' ? [one.purchase] : []));
    return pickMessage(
      `${inert(target, 60)}${hits.length === MOST_HITS ? ' (the newest of them)' : ''}`,
      purchases,
    );
  }
  return inspectMessage(hits[0] ? await inspect(deps, hits[0].id) : direct, links);
}

/** The runbook for what a person typed: exactly that, or the one purchase that it is the beginning of. */
export async function diagnoseTyped(deps: BotDeps, typed: string): Promise<MessageBody> {
  const target = typed.trim();
  const told = await deps.report(target);
  if (told.kind !== 'nothing') return diagnosed(deps, target);
  const [hit, ...more] = await deps.store.search(target, MOST_HITS);
  if (!hit) return diagnosed(deps, target);
  return more.length > 0 ? inspectTyped(deps, target) : diagnosed(deps, hit.id);
}
