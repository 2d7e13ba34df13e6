import type { PanelContext } from './context.ts';
import { answer, type RawAnswer, type RawRequest } from './pipeline.ts';

/**
 * What becomes of one request that has reached the panel, whatever carried it there: slow, cut, or answered with the
 * panel's own time in its Date header. Goes on to its end when nobody waits for the answer any more.
 *
 * @param beforeAnswer called when the request is processed but not yet answered.
 * @returns null when the connection is cut instead.
 */
export async function deliver(
  panel: PanelContext,
  request: RawRequest,
  beforeAnswer: () => Promise<void> = async () => {},
): Promise<RawAnswer | null> {
  const isCreate = request.method === 'POST' && request.url.pathname === '/api/application/servers';
  if (panel.faults.slowMs > 0) await panel.pause(panel.faults.slowMs);
  if (isCreate && panel.faults.cutBeforeCreate) return null;
  const result = await answer(panel, request);
  await beforeAnswer();
  if (isCreate && panel.faults.cutAfterCreate) return null;
  const date = new Date(panel.clock.now()).toUTCString();
  return { ...result, headers: { date, 'cache-control': 'no-cache, private', ...result.headers } };
}
