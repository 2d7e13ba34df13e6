import type { BotDeps } from '../bot/deps.ts';

/** What a person typed without picking a choice: taken as an id, or as the one purchase that a search finds. */
export async function resolveTarget(deps: Pick<BotDeps, 'store'>, typed: string): Promise<string> {
  const target = typed.trim();
  if (target === '') return target;
  const found = await deps.store.find(target);
  if (found.status !== 'unknown') return target;
  const hits = await deps.store.search(target, 2);
  return hits.length === 1 ? hits[0]!.id : target;
}
