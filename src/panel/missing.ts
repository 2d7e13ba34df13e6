import { isMissingRecord } from './fault.ts';
import type { PanelResult } from './types.ts';

/** A missing record as a null value; every other fault, an unknown route among them, stays a fault. */
export function missingAsNull<T>(result: PanelResult<T>): PanelResult<T | null> {
  if (result.kind === 'ok' || !isMissingRecord(result.fault)) return result;
  return { kind: 'ok', value: null, panelTimeMs: result.panelTimeMs };
}

/** What was found only when it has exactly this external id: the panel's look-up ignores case and trailing spaces. */
export function exactly<T extends { externalId: string | null }>(
  result: PanelResult<T | null>,
  externalId: string,
): PanelResult<T | null> {
  if (result.kind === 'fault' || result.value?.externalId === externalId) return result;
  return { ...result, value: null };
}
