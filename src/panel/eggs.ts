import type { Clock } from '../lib/clock.ts';
import { eggSchema, nestSchema, type PanelNest } from './egg-schemas.ts';
import type { SendToPanel } from './http.ts';
import { missingAsNull } from './missing.ts';
import { listAll } from './pages.ts';
import type { PanelEgg, PanelResult } from './types.ts';

const KEPT_MS = 10 * 60_000;

type Kept<T> = { value: T; atMs: number };
type Answer = Promise<PanelResult<PanelEgg | null>>;

/**
 * Looks eggs up by id alone: the API wants the nest too, so the nest is found first. Nests and eggs are kept for ten
 * minutes of the clock; what was not found is asked for again, so that an egg made a moment ago is seen. `freshSinceMs`: what
 * was asked for before that moment does not count.
 */
export function createEggFinder(send: SendToPanel, clock: Clock) {
  const eggs = new Map<number, Kept<PanelEgg>>();
  let nests: Kept<PanelNest[]> | null = null;

  const isKept = (kept: Kept<unknown> | null | undefined, freshSinceMs: number) =>
    kept !== null && kept !== undefined && kept.atMs + KEPT_MS > clock.now() && kept.atMs >= freshSinceMs;

  async function nestIdOf(eggId: number, freshSinceMs: number): Promise<PanelResult<number | null>> {
    const known = nests && isKept(nests, freshSinceMs) ? holderOf(nests.value, eggId) : null;
    if (known !== null) return { kind: 'ok', value: known, panelTimeMs: null };
    const atMs = clock.now();
    const list = await listAll(send, '/nests?include=eggs', nestSchema);
    if (list.kind === 'fault') return list;
    nests = { value: list.value, atMs };
    return { ...list, value: holderOf(list.value, eggId) };
  }

  const ask = shareAnswers(async (eggId, freshSinceMs, atMs) => {
    const nestId = await nestIdOf(eggId, freshSinceMs);
    if (nestId.kind === 'fault') return nestId;
    if (nestId.value === null) return { ...nestId, value: null };
    const path = `/nests/${nestId.value}/eggs/${eggId}?include=variables`;
    const egg = missingAsNull(await send({ method: 'GET', path }, eggSchema));
    if (egg.kind === 'ok' && egg.value) eggs.set(eggId, { value: egg.value, atMs });
    return egg;
  }, clock);

  return async (eggId: number, freshSinceMs = 0): Answer => {
    const kept = eggs.get(eggId);
    if (kept && isKept(kept, freshSinceMs)) return { kind: 'ok', value: kept.value, panelTimeMs: null };
    return ask(eggId, freshSinceMs);
  };
}

/** Orders that come together ask once: whoever asks for an egg that is being asked for gets that answer. */
function shareAnswers(ask: (eggId: number, freshSinceMs: number, atMs: number) => Answer, clock: Clock) {
  const underWay = new Map<number, { atMs: number; answer: Answer }>();
  return async (eggId: number, freshSinceMs: number): Answer => {
    const other = underWay.get(eggId);
    if (other && other.atMs >= freshSinceMs) return other.answer;
    const atMs = clock.now();
    const own = { atMs, answer: ask(eggId, freshSinceMs, atMs) };
    underWay.set(eggId, own);
    try {
      return await own.answer;
    } finally {
      if (underWay.get(eggId) === own) underWay.delete(eggId);
    }
  };
}

function holderOf(nests: PanelNest[], eggId: number): number | null {
  // A key that may not read eggs sees none in the list; asking for the egg then gives the panel's own refusal.
  return nests.find((nest) => nest.eggIds === null || nest.eggIds.includes(eggId))?.id ?? null;
}
