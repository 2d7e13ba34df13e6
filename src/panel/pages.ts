import type { z } from 'zod';
import type { SendToPanel } from './http.ts';
import { pageOf } from './schemas.ts';
import type { PanelResult } from './types.ts';

/**
 * Every row of a list, 100 to a page.
 *
 * @param path with or without a query, without `per_page` and `page`. The panel's own `next` links drop the page size
 *   and the filter, so they are not used.
 */
export async function listAll<T extends z.ZodType>(
  send: SendToPanel,
  path: string,
  one: T,
): Promise<PanelResult<z.output<T>[]>> {
  const rows: z.output<T>[] = [];
  const schema = pageOf(one);
  const joint = path.includes('?') ? '&' : '?';
  for (let page = 1; ; page += 1) {
    const result = await send({ method: 'GET', path: `${path}${joint}per_page=100&page=${page}` }, schema);
    if (result.kind === 'fault') return result;
    rows.push(...result.value.data);
    if (page >= result.value.totalPages) return { ...result, value: rows };
  }
}
