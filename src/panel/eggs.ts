import type { Clock } from '../lib/clock.ts';
import { eggSchema, nestSchema, type PanelNest } from './egg-schemas.ts';
import type { SendToPanel } from './http.ts';
import { missingAsNull } from './missing.ts';
import { listAll } from './pages.ts';
import type { PanelEgg, PanelResult } from './types.ts';

const KEPT_MS = 10 * 60_000;

type Kept<T> = { value: T; untilMs: number };

/**
 * Looks eggs up by id alone: the API wants the nest too, so the nest is found first. Nests and eggs are kept for ten
 * minutes of the clock; what was not found is asked for again, so that an egg made a moment ago is seen.
 */
export function createEggFinder(send: SendToPanel, clock: Clock) {
  const eggs = new Map<number, Kept<PanelEgg>>();
  let nests: Kept<PanelNest[]> | null = null;

  async function nestIdOf(eggId: number): Promise<PanelResult<number | null>> {
    const known = nests && nests.untilMs > clock.now() ? holderOf(nests.value, eggId) : null;
    if (known !== null) return { kind: 'ok', value: known, panelTimeMs: null };
    const list = await listAll(send, '/nests?include=eggs', nestSchema);
    if (list.kind === 'fault') return list;
    nests = { value: list.value, untilMs: clock.now() + KEPT_MS };
    return { ...list, value: holderOf(list.value, eggId) };
  }

  return async (eggId: number): Promise<PanelResult<PanelEgg | null>> => {
    const kept = eggs.get(eggId);
    if (kept && kept.untilMs > clock.now()) return { kind: 'ok', value: kept.value, panelTimeMs: null };
    const nestId = await nestIdOf(eggId);
    if (nestId.kind === 'fault') return nestId;
    if (nestId.value === null) return { ...nestId, value: null };
    const path = `/nests/${nestId.value}/eggs/${eggId}?include=variables`;
    const egg = missingAsNull(await send({ method: 'GET', path }, eggSchema));
    if (egg.kind === 'ok' && egg.value) eggs.set(eggId, { value: egg.value, untilMs: clock.now() + KEPT_MS });
    return egg;
  };
}

function holderOf(nests: PanelNest[], eggId: number): number | null {
  // A key that may not read eggs sees none in the list; asking for the egg then gives the panel's own refusal.
  return nests.find((nest) => nest.eggIds === null || nest.eggIds.includes(eggId))?.id ?? null;
}
